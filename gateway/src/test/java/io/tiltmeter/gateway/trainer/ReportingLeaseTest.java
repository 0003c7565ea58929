package io.tiltmeter.gateway.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Jobs that are to be reported elsewhere, and the trainers that get them. */
class ReportingLeaseTest {
  @TempDir private Path root;
  private TrainerServer server;
  private TestTrainer trainer;

  @BeforeEach
  void start() throws IOException {
    server = TrainerServer.start(root);
    trainer = server.trainer("gpu-7");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void lease_ofAJobThatIsReported_isGivenOnlyToATrainerThatReports() throws IOException {
    String reporting =
        "{\"trainer\": \"gpu-7\", \"methods\": [\"supervised\"], \"integrations\": [\"wandb\"]}";
    String wanted = "[{\"type\": \"wandb\", \"wandb\": {\"project\": \"p\", \"tags\": []}}]";
    server.queuedJob("ftjob-1");
    server.database.run(
        "update job set integrations = $1::text::jsonb where id = 'ftjob-1'", wanted);

    assertThat(trainer.ask().status()).isEqualTo(204);
    JsonNode manifest = TestTrainer.held(trainer.ask(reporting)).manifest();

    assertThat(manifest.at("/integrations/0/type").asString("")).isEqualTo("wandb");
    assertThat(manifest.at("/integrations/0/wandb/project").asString("")).isEqualTo("p");
    server.queuedJob("ftjob-2");
    assertThat(TestTrainer.held(trainer.ask(reporting)).manifest().has("integrations")).isFalse();
  }

  @Test
  void lease_withIntegrationsThatAreNoNames_isRefused() {
    assertThat(
            trainer
                .ask("{\"trainer\": \"g\", \"methods\": [\"dpo\"], \"integrations\": \"wandb\"}")
                .problem())
        .isEqualTo(
            "invalid_value: Invalid value for 'integrations': expected a list of 1 to 16 names.");
  }
}
