package io.tiltmeter.evaluator.vet;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.policy.lineage.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A whole model in a folder, about to be vetted into an empty store. */
abstract class VettingFixture {
  @TempDir Path temporary;
  Path store;
  Path folder;
  ArtifactVetting vetting;

  @BeforeEach
  void makeModel() throws IOException {
    store = temporary.resolve("store");
    folder = TestArtifacts.model(temporary.resolve("artifact"));
    vetting = new ArtifactVetting(store, VettingLimits.DEFAULT);
  }

  final VettingResult.Pinned pinned(@Nullable Manifest declared) {
    VettingResult result = vetting.vet(model(declared));
    assertThat(result).isInstanceOf(VettingResult.Pinned.class);
    return (VettingResult.Pinned) result;
  }

  final Artifact model(@Nullable Manifest declared) {
    return new Artifact.Model(folder, declared);
  }

  final List<VettingFinding> findings(Artifact artifact) {
    VettingResult result = vetting.vet(artifact);
    assertThat(result).isInstanceOf(VettingResult.Refused.class);
    return ((VettingResult.Refused) result).findings();
  }

  final List<String> rules(Path artifact) {
    return findings(new Artifact.Model(artifact, null)).stream()
        .map(finding -> finding.path() + " " + finding.rule().wireName())
        .toList();
  }
}
