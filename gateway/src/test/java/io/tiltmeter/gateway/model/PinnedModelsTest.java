package io.tiltmeter.gateway.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.evaluator.runner.PairSource;
import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PinnedModelsTest {
  private static final Bench BENCH = Bench.open();
  private static final Artifact BASE = artifact(Artifact.Kind.MODEL, "config.json");
  private static final Artifact ADAPTER = artifact(Artifact.Kind.ADAPTER, "adapter_config.json");

  @TempDir private Path store;
  private PinnedModels models;

  @AfterAll
  static void close() {
    BENCH.close();
  }

  @BeforeEach
  void pin() throws IOException {
    BENCH.database.run("delete from base_model");
    BENCH.database.run("delete from artifact_file");
    BENCH.database.run("delete from artifact");
    BENCH.base(BASE.manifest());
    BENCH.artifacts.insert(BENCH.database, ADAPTER);
    models = new PinnedModels(store, BENCH.artifacts, BENCH.bases);
    for (Artifact artifact : List.of(BASE, ADAPTER)) {
      Path folder = Files.createDirectories(models.folder(artifact.digest()));
      Files.writeString(folder.resolve(path(artifact)), "{}");
    }
  }

  private static Artifact artifact(Artifact.Kind kind, String path) {
    return new Artifact(kind, new Manifest(List.of(new PinnedFile(path, 2, Digest.of("{}")))));
  }

  private static String path(Artifact artifact) {
    return artifact.manifest().files().getFirst().path();
  }

  private PinnedModels.Pair pair() {
    return models.pair(BENCH.database, Bench.BASE, null, ADAPTER.digest());
  }

  @Test
  void pair_ofAnAdapter_runsWithItsBase() {
    assertThat(pair().baseSource())
        .isEqualTo(new PairSource.BaseOnly(store.resolve(BASE.digest().hex())));
    assertThat(pair().tunedSource())
        .isEqualTo(
            new PairSource.WithAdapter(
                store.resolve(BASE.digest().hex()), store.resolve(ADAPTER.digest().hex())));
    assertThatCode(() -> models.requireIntact(pair())).doesNotThrowAnyException();
  }

  @Test
  void pair_ofWholeModels_runsEachAlone() {
    assertThat(models.pair(BENCH.database, Bench.BASE, null, BASE.digest()).tunedSource())
        .isInstanceOf(PairSource.TunedOnly.class);
  }

  @Test
  void requireIntact_whereAByteWasChanged_namesFileExpectedAndFound() throws IOException {
    Files.writeString(models.folder(BASE.digest()).resolve("config.json"), "[]");
    assertThatThrownBy(() -> models.requireIntact(pair()))
        .isInstanceOf(ArtifactException.class)
        .hasMessage(
            "1 files of artifact %s are not what was pinned, first \"config.json\": expected %s,"
                + " found %s",
            BASE.digest(), Digest.of("{}"), Digest.of("[]"));
  }

  @Test
  void requireIntact_whereAFileWasAdded_refuses() throws IOException {
    Files.writeString(models.folder(ADAPTER.digest()).resolve("more.py"), "");
    assertThatThrownBy(() -> models.requireIntact(pair()))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("first \"more.py\"");
  }

  @Test
  void artifact_thatWasNeverPinned_isRefusedByItsDigest() {
    Digest unknown = Digest.of("unknown");
    assertThatThrownBy(() -> models.artifact(BENCH.database, unknown))
        .isInstanceOf(ArtifactException.class)
        .hasMessage("nothing was pinned as " + unknown);
    assertThatThrownBy(() -> models.pair(BENCH.database, "other", null, ADAPTER.digest()))
        .isInstanceOf(ArtifactException.class)
        .hasMessage("no base model is named other");
  }

  @Test
  void artifact_whoseRowsWereChanged_isRefused() {
    BENCH.database.run("update artifact_file set digest = $1", Digest.of("[]").toString());
    assertThatThrownBy(() -> models.artifact(BENCH.database, BASE.digest()))
        .isInstanceOf(ArtifactException.class)
        .hasMessageStartingWith("the files written down for artifact " + BASE.digest());
  }

  @Test
  void insert_ofTheSameAgain_changesNothing() {
    BENCH.artifacts.insert(BENCH.database, BASE);
    assertThat(BENCH.artifacts.find(BENCH.database, BASE.digest())).contains(BASE);
    assertThat(BENCH.bases.insert(BENCH.database, Bench.BASE, ADAPTER.digest(), "x", null))
        .isFalse();
    assertThat(BENCH.bases.find(BENCH.database, Bench.BASE))
        .map(BaseModel::artifactDigest)
        .contains(BASE.digest());
  }
}
