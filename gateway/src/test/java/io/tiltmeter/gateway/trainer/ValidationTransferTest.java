package io.tiltmeter.gateway.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.trainer.TestTrainer.Held;
import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that trainings are measured on, as trainers get them. */
class ValidationTransferTest {
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
  void lease_ofAJobWithAValidationFile_handsItOverToo() throws IOException {
    server.queuedJob("ftjob-1");
    server.validation("ftjob-1", "{}\n");
    Held lease = trainer.lease();

    assertThat(lease.manifest().path("validation"))
        .isEqualTo(
            Json.own("{\"sha256\": \"%s\", \"size\": 3}".formatted(Digest.of("{}\n").hex())));
    assertThat(trainer.get(lease, "validation").text()).isEqualTo("{}\n");
  }

  @Test
  void validation_ofAJobWithoutOne_isNotFound() throws IOException {
    server.queuedJob("ftjob-1");
    Held lease = trainer.lease();

    assertThat(lease.manifest().has("validation")).isFalse();
    assertThat(trainer.get(lease, "validation").status()).isEqualTo(404);
  }
}
