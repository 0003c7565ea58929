package io.tiltmeter.gateway.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.checkpoint.CheckpointState;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.trainer.TestTrainer.Answer;
import io.tiltmeter.gateway.trainer.TestTrainer.Held;
import io.tiltmeter.gateway.work.WorkItem;
import io.tiltmeter.gateway.work.WorkKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What trainers send before their result; nothing is judged here. */
class CheckpointsTest {
  private static final String JOB = "ftjob-1";
  private static final byte[] README = "A tune.\n".getBytes(StandardCharsets.UTF_8);
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

  private Answer send(int step) {
    return trainer.checkpoint(lease, step, TinyAdapter.files());
  }

  private Path pinned(String job) {
    return server
        .database
        .find(
            row -> server.home.models().resolve(row.getString("digest").substring(7)),
            "select artifact_digest as digest from training_checkpoint where job_id = $1",
            job)
        .orElseThrow();
  }

  private List<Long> removed(String job) {
    return server.database.list(
        row -> row.getLong("step"),
        "select step from training_checkpoint where job_id = $1 and removed_at is not null",
        job);
  }

  private void isNotOpen(WorkKind kind) {
    assertThat(server.work.lease(server.database, Set.of(kind), "test", TrainerServer.LEASE))
        .isEmpty();
  }

  @Test
  void manifest_asksForAsManyCheckpointsAsAreConfigured() {
    assertThat(lease.manifest().path("checkpoints").asInt(-1)).isEqualTo(TrainerServer.CHECKPOINTS);
  }

  @Test
  void checkpoint_whoseFilesAreThere_isPinnedAndWaitsToBeJudged() {
    assertThat(send(5)).isEqualTo(new Answer(201, "{\"step\":5}"));
    assertThat(server.checkpoints(JOB)).containsExactly("5 arrived");
    server.pinTask().run(server.leased(WorkKind.PIN));

    assertThat(server.checkpoints(JOB)).containsExactly("5 pinned");
    assertThat(pinned(JOB)).isDirectoryContaining("glob:**adapter_model.safetensors");
    assertThat(server.home.uploads().resolve(lease.id()).resolve("checkpoints")).isEmptyDirectory();
    server.leased(WorkKind.SCREEN);
    assertThat(server.job(JOB).stage()).isEqualTo(Stage.TRAINING);
    assertThat(server.job(JOB).artifactDigest()).isNull();
  }

  @Test
  void checkpoint_toldTwice_isTakenOnce() {
    send(5);
    assertThat(trainer.announce(lease, 5, TinyAdapter.files()).status()).isEqualTo(201);

    assertThat(server.checkpoints(JOB)).containsExactly("5 arrived");
    server.leased(WorkKind.PIN);
    isNotOpen(WorkKind.PIN);
  }

  @Test
  void checkpoint_ofAStepThatIsNotThere_isRefused() {
    assertThat(trainer.announce(lease, 5, TinyAdapter.files()).problem())
        .startsWith(
            "files_differ: Expected exactly the files that were sent:"
                + " \"checkpoints/step-5/adapter_config.json\" is named and was not sent");
    assertThat(server.checkpoints(JOB)).isEmpty();
  }

  @Test
  void checkpoint_withAFileThatWasNotNamed_isRefused() {
    trainer.put(lease, "checkpoints/step-5/README.md", README);
    Answer answer = send(5);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.problem())
        .contains("\"checkpoints/step-5/README.md\" was sent and is not named");
  }

  @Test
  void checkpoint_ofAnEarlierStep_isRefused() {
    send(5);
    assertThat(send(4).problem())
        .isEqualTo("step_backwards: Expected a step above 5, which was told of before, found 4.");
    assertThat(server.checkpoints(JOB)).containsExactly("5 arrived");
  }

  @Test
  void file_ofACompleteCheckpoint_isRefused() {
    send(5);
    assertThat(trainer.put(lease, "checkpoints/step-5/README.md", README).problem())
        .isEqualTo(
            "checkpoint_complete: The checkpoint of step 5 was said to be complete; no file of it"
                + " can be sent any more.");
    assertThat(trainer.put(lease, "checkpoints/step-6/README.md", README).status()).isEqualTo(201);
    assertThat(trainer.put(lease, "checkpoints/step-05/README.md", README).status()).isEqualTo(400);
  }

  @Test
  void checkpoint_underAForeignLease_isNotFound() {
    TestTrainer other = server.trainer("gpu-8");

    assertThat(other.checkpoint(lease, 5, TinyAdapter.files()).status()).isEqualTo(404);
    Held forged = new Held(lease.id(), "another", lease.envelope());
    assertThat(trainer.checkpoint(forged, 5, TinyAdapter.files()).problem()).isEqualTo(LOST);
    assertThat(server.checkpoints(JOB)).isEmpty();
  }

  @Test
  void checkpoint_beforeWhichNobodyJudgedTheLast_takesItsPlace() {
    send(5);
    server.pinTask().run(server.leased(WorkKind.PIN));
    String digest = String.valueOf(pinned(JOB).getFileName());
    send(6);
    send(7);

    assertThat(server.checkpoints(JOB))
        .containsExactly(
            "5 skipped: the checkpoint of step 6 came before it was judged",
            "6 skipped: the checkpoint of step 7 came before it was judged",
            "7 arrived");
    isNotOpen(WorkKind.SCREEN);
    server.api.sweep();
    isNotOpen(WorkKind.SWEEP);
    assertThat(server.home.models()).isDirectoryContaining("glob:**/" + digest);
    server.pinTask().run(server.leased(WorkKind.PIN));
    isNotOpen(WorkKind.PIN);
    server.api.sweep();
    server.sweepTask().run(server.leased(WorkKind.SWEEP));
    assertThat(removed(JOB)).containsExactly(5L);
    assertThat(server.home.models()).isDirectoryContaining("glob:**/" + digest);
    server.api.sweep();
    isNotOpen(WorkKind.SWEEP);
    assertThat(server.ended).containsExactly(CheckpointState.SKIPPED, CheckpointState.SKIPPED);
  }

  @Test
  void checkpoint_withWeightsThatDoNotFit_isRefusedAndTheTrainingGoesOn() {
    Map<String, byte[]> files = new HashMap<>(TinyAdapter.files());
    files.put("adapter_model.safetensors", README);
    trainer.checkpoint(lease, 5, files);
    server.pinTask().run(server.leased(WorkKind.PIN));

    assertThat(server.checkpoints(JOB))
        .singleElement()
        .asString()
        .startsWith("5 refused: refused: ")
        .endsWith(" on adapter_model.safetensors");
    assertThat(server.ended).containsExactly(CheckpointState.REFUSED);
    isNotOpen(WorkKind.SCREEN);
    assertThat(trainer.beat(lease, 6, 10).json().path("continue").asBoolean(false)).isTrue();
  }

  @Test
  void checkpoint_thatCannotBeChecked_failsAndTheTrainingGoesOn() {
    send(5);
    server.pinTask().giveUp(server.leased(WorkKind.PIN));

    assertThat(server.checkpoints(JOB)).containsExactly("5 failed: its files could not be checked");
    assertThat(server.job(JOB).stage()).isEqualTo(Stage.TRAINING);
  }

  @Test
  void result_beforeTheCheckpointIsJudged_goesOnAndEndsThatWork() {
    send(5);
    server.pinTask().run(server.leased(WorkKind.PIN));
    WorkItem screening = server.leased(WorkKind.SCREEN);
    TinyAdapter.files().forEach((name, bytes) -> trainer.put(lease, name, bytes));
    assertThat(trainer.complete(lease, TinyAdapter.files()).status()).isEqualTo(200);

    assertThat(server.checkpoints(JOB))
        .containsExactly("5 ended: its training ended before it was judged");
    assertThat(server.work.heartbeat(server.database, screening, TrainerServer.LEASE)).isFalse();
    assertThat(server.job(JOB).stage()).isEqualTo(Stage.VETTING);
  }

  @Test
  void checkpoint_ofALostLease_isPinnedAndNotJudged() {
    send(5);
    server.clock.advance(TrainerServer.LEASE.plusSeconds(1));
    server.api.sweep();
    assertThat(server.job(JOB).stage()).isEqualTo(Stage.QUEUED);
    server.pinTask().run(server.leased(WorkKind.PIN));

    assertThat(server.checkpoints(JOB))
        .containsExactly("5 ended: its training ended before it was judged");
    assertThat(pinned(JOB)).isDirectoryContaining("glob:**adapter_model.safetensors");
    isNotOpen(WorkKind.SCREEN);
    server.api.sweep();
    isNotOpen(WorkKind.SWEEP);
    assertThat(server.home.uploads()).isEmptyDirectory();
  }

  @Test
  void lease_thatACheckpointStopped_tellsItsTrainerAndTakesNothingMore() {
    send(5);
    String id =
        server
            .database
            .find(row -> row.getString("id"), "select id from training_checkpoint")
            .orElseThrow();
    server.database.transact(
        sql -> server.checkpoints.stop(sql, server.checkpoints.find(sql, id).orElseThrow()));
    Answer beat = trainer.beat(lease, 6, 10);

    assertThat(beat.status()).isEqualTo(200);
    assertThat(beat.json().path("continue").asBoolean(true)).isFalse();
    assertThat(beat.json().path("reason").asString(""))
        .isEqualTo("a checkpoint drifted past the job's policy");
    assertThat(send(6).problem()).isEqualTo(LOST);
    assertThat(trainer.complete(lease, TinyAdapter.files()).problem()).isEqualTo(LOST);
  }

  @Test
  void checkpoint_thatWasTakenAsTheResult_isCheckedAgainAndEvaluated() throws IOException {
    send(5);
    server.pinTask().run(server.leased(WorkKind.PIN));
    server.database.run(
        "update training_checkpoint set state = 'clear', accepted_at = now() where job_id = $1",
        JOB);
    server.database.run("update job set stage = 'vetting' where id = $1", JOB);
    server.work.renew(server.database, WorkKind.VET, JOB);
    server.vetTask().run(server.vetWork());

    assertThat(server.job(JOB).stage()).isEqualTo(Stage.EVALUATING);
    assertThat(server.home.models().resolve(server.job(JOB).pinnedArtifact().hex()))
        .isEqualTo(pinned(JOB))
        .isDirectory();
    server.leased(WorkKind.EVALUATE);
  }

  @Test
  void checkpoints_ofAnEndedJob_areRemovedButForWhatSomethingElseIs() throws IOException {
    send(5);
    server.pinTask().run(server.leased(WorkKind.PIN));
    Path folder = pinned(JOB);
    server.api.sweep();
    isNotOpen(WorkKind.SWEEP);
    server.cancel(JOB);
    server.api.sweep();
    server.sweepTask().run(server.leased(WorkKind.SWEEP));
    assertThat(folder).doesNotExist();

    server.queuedJob("ftjob-2");
    lease = trainer.lease();
    send(5);
    server.pinTask().run(server.leased(WorkKind.PIN));
    TinyAdapter.files().forEach((name, bytes) -> trainer.put(lease, name, bytes));
    trainer.complete(lease, TinyAdapter.files());
    server.vetTask().run(server.vetWork());
    server.cancel("ftjob-2");
    server.api.sweep();
    server.sweepTask().run(server.leased(WorkKind.SWEEP));
    assertThat(folder).isDirectory();
    server.api.sweep();
    isNotOpen(WorkKind.SWEEP);
  }

  @Test
  void heartbeat_ofAPausedJob_saysStopAndNobodyGetsItUntilItIsResumed() throws IOException {
    server.pause(JOB);

    Answer answer = trainer.beat(lease, 1, 2);
    assertThat(answer.json().path("continue").asBoolean(true)).isFalse();
    assertThat(answer.json().path("reason").asString("")).isEqualTo("the job was paused");
    assertThat(trainer.ask().status()).isEqualTo(204);
    server.database.transact(sql -> server.flow.resume(sql, server.job(JOB)));
    assertThat(trainer.ask().status()).isEqualTo(200);
  }
}
