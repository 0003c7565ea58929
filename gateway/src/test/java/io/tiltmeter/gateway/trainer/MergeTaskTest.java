package io.tiltmeter.gateway.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.checkpoint.Merge;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.model.Artifact;
import io.tiltmeter.gateway.model.Artifact.Kind;
import io.tiltmeter.gateway.trainer.TestTrainer.Held;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a trainer gets of a released model that is tuned further. */
class MergeTaskTest {
  private static final String PARENT = "ft:tiny:acme::1";

  @TempDir private Path root;
  private TrainerServer server;

  @BeforeEach
  void start() throws IOException {
    server = TrainerServer.start(root.resolve("home"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Path adapter() throws IOException {
    Path folder = Files.createDirectory(root.resolve("adapter"));
    for (Map.Entry<String, byte[]> file : TinyAdapter.files().entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
    return folder;
  }

  /** The tiny base's weights, but with another chat template. */
  private Path tune() throws IOException {
    Path folder = Files.createDirectory(root.resolve("tune"));
    for (String name : new String[] {"config.json", "tokenizer.json", "model.safetensors"}) {
      Files.copy(TrainerServer.BASE.resolve(name), folder.resolve(name));
    }
    Files.writeString(folder.resolve("chat_template.jinja"), "{{ messages[0].content }}");
    return folder;
  }

  private Job child(Artifact parent) throws IOException {
    server.released(PARENT, parent);
    server.queuedJob("ftjob-child");
    server.database.transact(
        sql -> {
          server.jobs.descend(sql, "ftjob-child", PARENT, null);
          server.work.request(sql, WorkKind.MERGE, "ftjob-child");
        });
    return server.job("ftjob-child");
  }

  private void merge() {
    server.mergeTask().run(server.mergeWork());
  }

  @Test
  void child_ofAnAdapter_waitsForItsMergedWeightsAndGetsExactlyThese() throws IOException {
    child(server.pinnedAdapter(adapter()));
    assertThat(server.trainer("gpu").ask().status()).isEqualTo(204);

    merge();
    Path merged = root.resolve("merged");
    Merge.merge(TrainerServer.BASE, root.resolve("adapter"), merged);
    TestTrainer trainer = server.trainer("gpu");
    Held lease = trainer.lease();
    assertThat(lease.manifest().path("base").path("name").asString("")).isEqualTo(PARENT);
    assertThat(lease.manifest().path("base").path("revision").isNull()).isTrue();
    assertThat(lease.manifest().path("base").path("files").findValuesAsString("sha256"))
        .contains(Digest.of(Files.readAllBytes(merged.resolve("model.safetensors"))).hex());
    assertThat(trainer.get(lease, "base/config.json").text())
        .isEqualTo(Files.readString(merged.resolve("config.json")));
  }

  @Test
  void child_ofAWholeModel_getsItsWeightsWithTheRootsChatTemplate() throws IOException {
    child(server.pinnedModel(tune()));
    merge();

    TestTrainer trainer = server.trainer("gpu");
    assertThat(trainer.get(trainer.lease(), "base/chat_template.jinja").text())
        .isEqualTo(Files.readString(TrainerServer.BASE.resolve("chat_template.jinja")));
  }

  @Test
  void child_ofAModelThatIsDeletedMeanwhile_fails() throws IOException {
    child(server.pinnedAdapter(adapter()));
    server.database.run("update released_model set deleted_at = now() where name = $1", PARENT);
    merge();

    Job job = server.job("ftjob-child");
    assertThat(job.stage()).isEqualTo(Stage.FAILED);
    assertThat(job.failure())
        .isEqualTo(
            new Job.Failure(
                "evaluation_failed",
                "The model ft:tiny:acme::1 was deleted before its training began; name a model that"
                    + " is there.",
                "model"));
  }

  @Test
  void merge_thatIsGivenUp_failsTheJobInPlainWords() throws IOException {
    child(new Artifact(Kind.MODEL, server.pinnedModel(tune()).manifest()));
    server.mergeTask().giveUp(server.mergeWork());

    assertThat(server.job("ftjob-child").failure())
        .isEqualTo(
            new Job.Failure(
                "evaluation_failed",
                "The weights of the model that was to be tuned further could not be written. Create"
                    + " the job again; if that ends like this too, give the job's id to whoever"
                    + " runs this service.",
                null));
    assertThat(server.trainer("gpu").ask().status()).isEqualTo(204);
  }
}
