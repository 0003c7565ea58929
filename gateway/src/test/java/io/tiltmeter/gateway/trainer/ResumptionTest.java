package io.tiltmeter.gateway.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.attestation.Dsse;
import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.trainer.TestTrainer.Answer;
import io.tiltmeter.gateway.trainer.TestTrainer.Held;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A training that was paused or lost goes on from its newest checkpoint. */
class ResumptionTest {
  private static final String JOB = "ftjob-1";
  private static final String AGAIN = "Training begins again";
  private static final String LOST =
      "lease_lost: The lease is lost: it ended, or its token is old. Drop the work and ask for"
          + " another.";

  @TempDir private Path root;
  private TrainerServer server;
  private TestTrainer trainer;
  private Held lease;

  @BeforeEach
  void start() throws IOException {
    server = TrainerServer.start(root);
    trainer = server.trainer("gpu-7");
    server.queuedJob(JOB);
    lease = trainer.lease();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** An adapter that no other step has. */
  private static Map<String, byte[]> files(int step) {
    Map<String, byte[]> files = new HashMap<>(TinyAdapter.files());
    files.put("README.md", ("Step " + step + ".\n").getBytes(StandardCharsets.UTF_8));
    return files;
  }

  private void pinned(int step) {
    assertThat(trainer.checkpoint(lease, step, files(step)).status()).isEqualTo(201);
    server.pinTask().run(server.leased(WorkKind.PIN));
  }

  private Held again() {
    server.database.transact(sql -> server.flow.resume(sql, server.job(JOB)));
    return trainer.lease();
  }

  private Held afterSilence() {
    server.clock.advance(TrainerServer.LEASE);
    server.api.sweep();
    return trainer.lease();
  }

  private String id(int step) {
    return ofCheckpoint(step, "id");
  }

  private String ofCheckpoint(int step, String column) {
    return server
        .database
        .find(
            row -> row.getString(column),
            "select * from training_checkpoint where job_id = $1 and step = $2",
            JOB,
            (long) step)
        .orElseThrow();
  }

  private void state(int step, String state) {
    server.database.run("update training_checkpoint set state = $2 where id = $1", id(step), state);
  }

  private static JsonNode resume(Held lease) {
    return lease.manifest().path("resume");
  }

  /** What is on record of the newest lease. */
  private Map<String, String> audited() {
    return new AuditStore(server.clock)
        .after(server.database, 0, 1000).stream()
            .filter(entry -> entry.action().equals("lease-job"))
            .toList()
            .getLast()
            .details();
  }

  private List<String> told() {
    return server.events(JOB).stream().filter(text -> text.startsWith("Training ")).toList();
  }

  @Test
  void lease_ofANewJob_namesNoCheckpointAndSaysNothingOfIt() {
    assertThat(resume(lease).isMissingNode()).isTrue();
    assertThat(told()).isEmpty();
    assertThat(trainer.get(lease, "checkpoint/adapter_config.json").problem())
        .isEqualTo("not_found: No such file of the checkpoint: adapter_config.json");
  }

  @Test
  void lease_afterAPause_namesTheNewestCheckpointInItsSignedManifest() {
    trainer.beat(lease, 5, 40);
    pinned(5);
    pinned(9);
    server.pause(JOB);
    Held next = again();

    JsonNode resume = resume(next);
    assertThat(resume.path("checkpoint").asString("")).isEqualTo(id(9));
    assertThat(resume.path("step").asInt(0)).isEqualTo(9);
    assertThat(resume.path("steps").asInt(0)).isEqualTo(40);
    assertThat(resume.path("files").size()).isEqualTo(3);
    for (JsonNode file : resume.path("files")) {
      String path = file.path("path").asString("");
      byte[] sent = Objects.requireNonNull(files(9).get(path));
      assertThat(file.path("sha256").asString("")).isEqualTo(Digest.of(sent).hex());
      assertThat(file.path("size").asInt(0)).isEqualTo(sent.length);
    }
    assertThat(
            Dsse.open(
                next.envelope().toString(),
                "application/vnd.tiltmeter.manifest+json",
                server.signingKey.publicKey()))
        .isPresent();
    assertThat(trainer.get(next, "checkpoint/README.md")).isEqualTo(new Answer(200, "Step 9.\n"));
    assertThat(told())
        .containsExactly("Training goes on from checkpoint %s at step 9".formatted(id(9)));
    assertThat(audited())
        .containsEntry("checkpoint", id(9))
        .containsEntry("artifact", ofCheckpoint(9, "artifact_digest"))
        .containsEntry("trainer", "gpu-7");
  }

  @Test
  void lease_afterAPauseWithoutACheckpoint_beginsAgainAndSaysSo() {
    server.pause(JOB);

    assertThat(resume(again()).isMissingNode()).isTrue();
    assertThat(told()).containsExactly(AGAIN);
    assertThat(audited()).doesNotContainKeys("checkpoint", "artifact");
  }

  @Test
  void lease_afterALostOne_goesOn() {
    pinned(5);

    assertThat(resume(afterSilence()).path("step").asInt(0)).isEqualTo(5);
    assertThat(told())
        .containsExactly("Training goes on from checkpoint %s at step 5".formatted(id(5)));
  }

  @Test
  void lease_afterAFailure_beginsAgain() {
    pinned(5);
    trainer.post(lease, "fail", "{\"reason\": \"the checkpoint cannot be read\"}");

    assertThat(resume(trainer.lease()).isMissingNode()).isTrue();
    assertThat(told()).containsExactly(AGAIN);
  }

  @Test
  void lease_whileACheckpointIsBeingChecked_waitsForIt() {
    trainer.checkpoint(lease, 5, files(5));
    server.pause(JOB);
    server.database.transact(sql -> server.flow.resume(sql, server.job(JOB)));

    assertThat(trainer.ask().status()).isEqualTo(204);
    server.pinTask().run(server.leased(WorkKind.PIN));
    assertThat(resume(trainer.lease()).path("step").asInt(0)).isEqualTo(5);
  }

  @Test
  void lease_afterACheckpointThatCannotBeChecked_doesNotWaitForEver() {
    trainer.checkpoint(lease, 5, files(5));
    server.pause(JOB);
    server.pinTask().giveUp(server.leased(WorkKind.PIN));

    assertThat(resume(again()).isMissingNode()).isTrue();
  }

  @Test
  void lease_afterABlockedCheckpoint_goesOnFromTheOneBeforeIt() {
    pinned(5);
    state(5, "clear");
    pinned(9);
    pinned(12);
    state(9, "blocked");

    assertThat(resume(afterSilence()).path("step").asInt(0)).isEqualTo(5);
  }

  @Test
  void lease_withABlockedCheckpointOnly_beginsAgain() {
    pinned(9);
    state(9, "blocked");

    Held next = afterSilence();
    assertThat(resume(next).isMissingNode()).isTrue();
    assertThat(trainer.get(next, "checkpoint/README.md").status()).isEqualTo(404);
    assertThat(told()).containsExactly(AGAIN);
  }

  @Test
  void lease_afterARefusedCheckpoint_goesOnFromTheOneBeforeIt() {
    pinned(5);
    Map<String, byte[]> broken = files(9);
    broken.put("adapter_model.safetensors", "no weights".getBytes(StandardCharsets.UTF_8));
    trainer.checkpoint(lease, 9, broken);
    server.pinTask().run(server.leased(WorkKind.PIN));

    assertThat(resume(afterSilence()).path("step").asInt(0)).isEqualTo(5);
  }

  @Test
  void checkpointFile_ofAForeignPathLeaseOrToken_isRefused() {
    pinned(5);
    Held next = afterSilence();

    for (String path : List.of("other.json", "..%2fREADME.md", "%2e%2e", "config.json")) {
      assertThat(trainer.get(next, "checkpoint/" + path).status()).as(path).isEqualTo(404);
    }
    assertThat(trainer.get(next, "checkpoint/other.json").problem())
        .isEqualTo("not_found: No such file of the checkpoint: other.json");
    assertThat(trainer.get(lease, "checkpoint/README.md").problem()).isEqualTo(LOST);
    assertThat(
            trainer
                .get(new Held(next.id(), "x", next.envelope()), "checkpoint/README.md")
                .problem())
        .isEqualTo(LOST);
    assertThat(server.trainer("gpu-8").get(next, "checkpoint/README.md").problem())
        .isEqualTo("not_found: No such lease: " + next.id());
  }

  @Test
  void checkpointToGoOnFrom_isKeptUntilTheJobEnds() {
    pinned(5);
    server.pause(JOB);
    server.api.sweep();
    assertThat(open(WorkKind.SWEEP)).isFalse();
    lease = again();
    pinned(9);
    server.api.sweep();
    server.sweepTask().run(server.leased(WorkKind.SWEEP));

    assertThat(
            server.database.list(
                row -> row.getLong("step"),
                "select step from training_checkpoint where removed_at is not null"))
        .containsExactly(5L);
    server.cancel(JOB);
    server.api.sweep();
    server.sweepTask().run(server.leased(WorkKind.SWEEP));
    assertThat(
            server.database.list(
                row -> row.getLong("step"),
                "select step from training_checkpoint where removed_at is not null order by step"))
        .containsExactly(5L, 9L);
  }

  private boolean open(WorkKind kind) {
    return server.work.isAnyOpen(server.database, kind);
  }

  @Test
  void pausedTrainer_leavesACheckpointAndLetsGo() {
    trainer.beat(lease, 7, 40);
    server.pause(JOB);
    Answer beat = trainer.beat(lease, 8, 40);
    assertThat(beat.status()).isEqualTo(200);
    assertThat(beat.json().path("continue").asBoolean(true)).isFalse();
    assertThat(beat.json().path("reason").asString("")).isEqualTo("the job was paused");
    assertThat(beat.json().path("checkpoint").asBoolean(false)).isTrue();

    server.api.sweep();
    pinned(8);
    assertThat(server.checkpoints(JOB))
        .containsExactly("8 ended: its training ended before it was judged");
    assertThat(open(WorkKind.SCREEN)).isFalse();
    assertThat(server.job(JOB).stage()).isEqualTo(Stage.QUEUED);
    assertThat(server.job(JOB).isPaused()).isTrue();
    assertThat(resume(again()).path("step").asInt(0)).isEqualTo(8);
  }

  @Test
  void pausedTrainer_whileItBeats_hasTimeForItsCheckpoint() {
    server.pause(JOB);
    for (int i = 0; i < 3; i++) {
      server.clock.advance(TrainerServer.LEASE.dividedBy(2));
      assertThat(trainer.beat(lease, 8, 40).json().path("checkpoint").asBoolean(false)).isTrue();
    }
    pinned(8);
  }

  @Test
  void pausedTrainer_mayLeaveNothingButACheckpoint() {
    server.pause(JOB);

    assertThat(trainer.put(lease, "README.md", new byte[1]).problem()).isEqualTo(LOST);
    assertThat(trainer.get(lease, "dataset").problem()).isEqualTo(LOST);
    assertThat(trainer.complete(lease, files(8)).problem()).isEqualTo(LOST);
    assertThat(trainer.put(lease, "checkpoints/step-8/model.bin", new byte[1]).problem())
        .startsWith("file_refused: pickle on");
  }

  @Test
  void pausedTrainer_thatComesTooLate_isRefused() {
    server.pause(JOB);
    server.clock.advance(TrainerServer.LEASE);

    assertThat(trainer.checkpoint(lease, 8, files(8)).problem()).isEqualTo(LOST);
    assertThat(trainer.beat(lease, 8, 40).json().path("checkpoint").asBoolean(true)).isFalse();
  }

  @Test
  void pausedTrainer_afterTheJobWentToAnother_isRefused() {
    server.pause(JOB);
    again();

    assertThat(trainer.checkpoint(lease, 8, files(8)).problem()).isEqualTo(LOST);
    assertThat(trainer.beat(lease, 8, 40).json().path("checkpoint").asBoolean(true)).isFalse();
    assertThat(server.checkpoints(JOB)).isEmpty();
  }

  @Test
  void pausedTrainer_ofAJobThatWasCancelled_isRefused() {
    server.pause(JOB);
    server.cancel(JOB);

    assertThat(trainer.checkpoint(lease, 8, files(8)).problem()).isEqualTo(LOST);
  }
}
