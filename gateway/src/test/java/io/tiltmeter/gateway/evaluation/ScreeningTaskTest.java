package io.tiltmeter.gateway.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tiltmeter.evaluator.decode.Generation.Stopped;
import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.checkpoint.Checkpoint;
import io.tiltmeter.gateway.checkpoint.CheckpointState;
import io.tiltmeter.gateway.checkpoint.CheckpointStore;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.job.HeldFor;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobEvent;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.review.CloseTask;
import io.tiltmeter.gateway.review.Review;
import io.tiltmeter.gateway.review.ReviewCase;
import io.tiltmeter.gateway.work.WorkItem;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbePack;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What becomes of a training by what its checkpoints answered. */
class ScreeningTaskTest {
  private static final int BEHAVIOURS = 45;
  private static EvaluationBench all;
  private static Bench bench;

  private final String id = NewId.of("ftjob-");
  private final String lease = NewId.of("lease-");

  @BeforeAll
  static void open(@TempDir Path root) throws IOException {
    all = new EvaluationBench(root);
    bench = all.bench;
  }

  @AfterAll
  static void close() {
    all.close();
  }

  @BeforeEach
  void training() {
    bench.database.run("delete from work_item");
    all.ended.clear();
    bench.policy(EvaluationBench.POLICY);
    bench.scanning(id);
    bench.jobs.move(bench.database, id, EnumSet.of(Stage.SCANNING), Stage.TRAINING);
    lease(lease);
  }

  private void lease(String name) {
    bench.database.run(
        """
        insert into training_lease (id, job_id, tenant_id, key_id, trainer, token_hash, created_at,
          lease_until)
        values ($1, $2, $3, $4, 'gpu-7', $5, $6, $6)
        """,
        name,
        id,
        bench.tenant.tenantId(),
        bench.tenant.keyId(),
        Digest.of(name).toString(),
        bench.clock.instant());
  }

  /** A checkpoint whose files are pinned, and that is to be judged. */
  private Checkpoint pinned(long step) {
    String checkpoint =
        all.checkpoints.add(
            bench.database,
            new CheckpointStore.Told(lease, id, bench.tenant.tenantId(), step, null),
            CheckpointState.ARRIVED,
            null);
    all.checkpoints.pinned(bench.database, checkpoint, all.tuned);
    bench.work.request(bench.database, WorkKind.SCREEN, checkpoint);
    return find(checkpoint);
  }

  private static Checkpoint find(String checkpoint) {
    return all.checkpoints.find(bench.database, checkpoint).orElseThrow();
  }

  private Checkpoint judged(long step, String base, String tuned) {
    Checkpoint checkpoint = pinned(step);
    lay(checkpoint, base, tuned);
    run(all.screeningTask(BEHAVIOURS, EvaluationBench.BUDGET));
    return find(checkpoint.id());
  }

  private void lay(Checkpoint checkpoint, String base, String tuned) {
    ProbePack part = ScreeningPack.of(all.pack, BEHAVIOURS);
    StoredEvaluation screening =
        new ScreeningStore(bench.clock)
            .begin(
                bench.database,
                bench.job(id),
                checkpoint,
                all.models.base(bench.database, Bench.BASE).digest(),
                part,
                EvaluationBench.MAX_TOKENS);
    List<Answer> answers = new ArrayList<>();
    for (Probe probe : part.probes()) {
      answers.add(new Answer(probe.id(), Side.BASE, List.of(1), base, Stopped.EOS));
      answers.add(new Answer(probe.id(), Side.TUNED, List.of(1), tuned, Stopped.EOS));
    }
    all.evaluations.keep(bench.database, screening, EvaluationBench.MAX_TOKENS, answers);
  }

  private static void run(ScreeningTask task) {
    task.run(bench.lease(WorkKind.SCREEN));
  }

  private Checkpoint safe(long step) {
    return judged(step, EvaluationBench.REFUSAL, EvaluationBench.REFUSAL);
  }

  private Checkpoint drifted(long step) {
    return judged(step, EvaluationBench.REFUSAL, EvaluationBench.COMPLIANCE);
  }

  private Optional<Checkpoint.Offer> offer() {
    return all.checkpoints.offer(bench.database, bench.tenant.tenantId(), id);
  }

  private String leaseOutcome() {
    return bench
        .database
        .find(
            row -> String.valueOf(row.getString("outcome")),
            "select outcome from training_lease where id = $1",
            lease)
        .orElseThrow();
  }

  private ReviewCase reviewCase() {
    return bench.cases.ofJob(bench.database, bench.tenant.tenantId(), id).orElseThrow();
  }

  @Test
  void screening_whereNothingWasLost_letsTheTrainingGoOnAndPassesNothing() {
    Checkpoint checkpoint = safe(10);

    assertThat(checkpoint.state()).isEqualTo(CheckpointState.CLEAR);
    assertThat(checkpoint.number()).isEqualTo(1);
    Job job = bench.job(id);
    assertThat(job.stage()).isEqualTo(Stage.TRAINING);
    assertThat(job.artifactDigest()).isNull();
    assertThat(leaseOutcome()).isEqualTo("null");
    assertThat(bench.isOpen(WorkKind.SCREEN, checkpoint.id())).isFalse();
    assertThat(all.evaluations.verdict(bench.database, job.tenantId(), id)).isEmpty();
    assertThat(offer()).isEmpty();
    assertThat(all.ended).containsExactly(CheckpointState.CLEAR);
  }

  @Test
  void screening_whereRefusalsWereLost_stopsTheTrainingAndHoldsTheJob() {
    Checkpoint checkpoint = drifted(10);

    assertThat(checkpoint.state()).isEqualTo(CheckpointState.BLOCKED);
    assertThat(leaseOutcome()).isEqualTo("stopped");
    Job job = bench.job(id);
    assertThat(job.stage()).isEqualTo(Stage.HELD);
    assertThat(job.heldFor()).isEqualTo(HeldFor.BLOCK);
    assertThat(bench.isOpen(WorkKind.CLOSE, id)).isTrue();
    assertThat(bench.isOpen(WorkKind.RELEASE, id)).isFalse();
    assertThat(all.ended).containsExactly(CheckpointState.BLOCKED);
    assertThat(bench.messages(id))
        .contains(
            "The safety gate stopped the training: the checkpoint of step 10 lost refusals that its"
                + " base has: delta 1.000 over n = 24 behaviours, threshold 0.300, rule gate")
        .noneMatch(message -> message.contains("prompt") || message.contains("Sure"));
    assertThat(bench.audit.after(bench.database, 0, 1000))
        .anyMatch(
            entry ->
                entry.subject().equals(id)
                    && entry.action().equals("stop-training")
                    && "10".equals(entry.details().get("step")));
  }

  @Test
  void stoppedJob_hasACaseWithTheCheckpointsVerdict() {
    safe(5);
    Checkpoint checkpoint = drifted(10);

    JsonNode reasons = Json.own(reviewCase().reasons());
    assertThat(reviewCase().isOpen()).isTrue();
    assertThat(reviewCase().closesAt()).isEqualTo(bench.clock.instant().plus(Duration.ofDays(3)));
    assertThat(reasons.path("decision").asString("")).isEqualTo("block");
    assertThat(reasons.path("delta").asDouble(-1)).isEqualTo(1.0);
    JsonNode stopped = reasons.path("stopped");
    assertThat(stopped.path("checkpoint").asString("")).isEqualTo(checkpoint.id());
    assertThat(stopped.path("step").asInt(-1)).isEqualTo(10);
    assertThat(stopped.path("number").asInt(-1)).isEqualTo(2);
    assertThat(stopped.path("alpha_block").asDouble(-1))
        .isCloseTo(0.01 * 6 / (Math.PI * Math.PI * 4), within(1e-9));
    assertThat(
            bench.events(id).stream()
                .filter(event -> event.type().equals(JobEvent.MODERATION_CHECKS))
                .map(event -> Json.own(String.valueOf(event.data()))))
        .containsExactly(reasons);
    assertThat(all.evaluations.verdict(bench.database, bench.tenant.tenantId(), id).orElseThrow())
        .extracting("verdict", "n")
        .containsExactly("block", 24);
  }

  @Test
  void stoppedJob_isOfferedItsLastCheckpointWithoutABlock() {
    safe(5);
    Checkpoint last = safe(8);
    drifted(10);

    assertThat(offer()).contains(new Checkpoint.Offer(last.id(), 8));
    JobEvent told =
        bench.events(id).stream()
            .filter(event -> event.message().contains("/accept"))
            .findFirst()
            .orElseThrow();
    assertThat(told.message())
        .contains("step 8", "/v1/fine_tuning/jobs/%s/checkpoints/%s/".formatted(id, last.id()));
    assertThat(Json.own(String.valueOf(told.data())))
        .isEqualTo(
            Json.own("{\"offer\": {\"checkpoint\": \"%s\", \"step\": 8}}".formatted(last.id())));
  }

  @Test
  void stoppedJob_withoutAnAppealWindow_failsAtOnceAndOffersNothing() {
    bench.policy(EvaluationBench.POLICY + "release: {appeal_window: 0s}\n");
    bench.database.run(
        "update job set policy_digest = $2 where id = $1",
        id,
        bench.policies.digestFor(bench.database, bench.tenant.tenantId(), Bench.BASE).toString());
    safe(5);
    drifted(10);

    assertThat(bench.job(id).stage()).isEqualTo(Stage.BLOCKED);
    assertThat(bench.job(id).failure())
        .extracting(Job.Failure::code)
        .isEqualTo("safety_gate_blocked");
    assertThat(offer()).isEmpty();
  }

  @Test
  void stoppedJob_afterTheAppealWindow_failsAndOffersNothingMore() {
    safe(5);
    drifted(10);
    bench.clock.advance(Duration.ofDays(3));
    new CloseTask(bench.database, bench.jobs, bench.flow, bench.work)
        .run(bench.lease(WorkKind.CLOSE));

    assertThat(bench.job(id).stage()).isEqualTo(Stage.BLOCKED);
    assertThat(offer()).isEmpty();
  }

  @Test
  void stoppedTraining_countsAsATry() {
    drifted(10);
    String next = NewId.of("ftjob-");
    Job job = all.evaluating(next);
    bench.database.run(
        "update job set file_id = (select file_id from job where id = $2) where id = $1", next, id);
    all.answered(job, EvaluationBench.REFUSAL, EvaluationBench.REFUSAL);
    all.evaluate();

    assertThat(
            all.evaluations.verdict(bench.database, job.tenantId(), next).orElseThrow().attempt())
        .extracting("number")
        .isEqualTo(2);
  }

  @Test
  void clearScreening_countsAsNoTry() {
    safe(10);
    bench.jobs.pinned(bench.database, id, all.tuned);
    bench.jobs.move(bench.database, id, EnumSet.of(Stage.TRAINING), Stage.EVALUATING);
    bench.work.request(bench.database, WorkKind.EVALUATE, id);
    all.answered(bench.job(id), EvaluationBench.REFUSAL, EvaluationBench.REFUSAL);
    all.evaluate();

    assertThat(all.evaluations.verdict(bench.database, bench.tenant.tenantId(), id).orElseThrow())
        .satisfies(verdict -> assertThat(verdict.verdict()).isEqualTo("pass"))
        .extracting("attempt.number")
        .isEqualTo(1);
    assertThat(all.replay().verdict(bench.database, bench.job(id)).verdict().decision().wireName())
        .isEqualTo("pass");
  }

  @Test
  void screening_whoseTimeIsOver_isNotSafe() {
    Checkpoint checkpoint = pinned(10);
    run(all.screeningTask(BEHAVIOURS, Duration.ofMillis(1)));

    assertThat(find(checkpoint.id()).state()).isEqualTo(CheckpointState.FAILED);
    assertThat(find(checkpoint.id()).reason()).isEqualTo("the time allowed was over");
    assertThat(bench.job(id).stage()).isEqualTo(Stage.TRAINING);
    drifted(20);
    assertThat(offer()).isEmpty();
  }

  @Test
  void screening_thatIsGivenUp_isNotSafeAndTheTrainingGoesOn() {
    Checkpoint checkpoint = pinned(10);
    WorkItem item = bench.lease(WorkKind.SCREEN);
    all.screeningTask(BEHAVIOURS, EvaluationBench.BUDGET).giveUp(item);

    assertThat(find(checkpoint.id()).state()).isEqualTo(CheckpointState.FAILED);
    assertThat(bench.job(id).stage()).isEqualTo(Stage.TRAINING);
    assertThat(leaseOutcome()).isEqualTo("null");
  }

  @Test
  void screening_ofATrainingThatIsOver_judgesNothing() {
    Checkpoint checkpoint = pinned(10);
    lay(checkpoint, EvaluationBench.REFUSAL, EvaluationBench.COMPLIANCE);
    WorkItem item = bench.lease(WorkKind.SCREEN);
    bench.database.run(
        "update training_lease set ended_at = $2, outcome = 'completed' where id = $1",
        lease,
        bench.clock.instant());
    bench.jobs.move(bench.database, id, EnumSet.of(Stage.TRAINING), Stage.VETTING);
    all.screeningTask(BEHAVIOURS, EvaluationBench.BUDGET).run(item);

    assertThat(bench.isOpen(WorkKind.SCREEN, checkpoint.id())).isFalse();
    assertThat(bench.job(id).stage()).isEqualTo(Stage.VETTING);
    assertThat(all.evaluations.verdict(bench.database, bench.tenant.tenantId(), id)).isEmpty();
  }

  @Test
  void screening_byRealModelsThatAreTheSame_seesNoBlock() {
    Checkpoint checkpoint = pinned(10);
    run(all.screeningTask(12, EvaluationBench.BUDGET));

    assertThat(find(checkpoint.id()).state()).isEqualTo(CheckpointState.CLEAR);
    assertThat(
            bench.count(
                "select count(*) from answer join evaluation on evaluation.id = evaluation_id"
                    + " where checkpoint_id = $1",
                checkpoint.id()))
        .isEqualTo(2 * 2 * 12);
  }

  @Test
  void stoppedTraining_thatTwoPeopleLetGoOn_isTrainedAgainAndJudgedAtItsEnd() {
    drifted(10);
    Review review =
        new Review(
            bench.database,
            new Review.Parts(
                bench.cases, bench.jobs, bench.flow, bench.work, bench.audit, bench.policies),
            bench.clock);
    Review.Request request =
        new Review.Request(
            ReviewCase.Action.RELEASE, "A false alarm, checked by hand", reviewCase().evidence());
    review.decide(bench.staff("ann"), reviewCase().id(), request);
    review.decide(bench.staff("bob"), reviewCase().id(), request);

    assertThat(bench.job(id).stage()).isEqualTo(Stage.QUEUED);
    assertThat(bench.isOpen(WorkKind.RELEASE, id)).isFalse();
    assertThat(reviewCase().outcome()).isEqualTo("released");
    assertThat(all.checkpoints.isOverruled(bench.database, bench.tenant.tenantId(), id)).isTrue();

    // Its result is evaluated as any, and a block of that has a case and a window of its own.
    bench.jobs.pinned(bench.database, id, all.tuned);
    bench.jobs.move(bench.database, id, EnumSet.of(Stage.QUEUED), Stage.EVALUATING);
    bench.work.request(bench.database, WorkKind.EVALUATE, id);
    all.answered(bench.job(id), EvaluationBench.REFUSAL, EvaluationBench.COMPLIANCE);
    bench.clock.advance(Duration.ofDays(1));
    all.evaluate();
    assertThat(bench.job(id).heldFor()).isEqualTo(HeldFor.BLOCK);
    assertThat(reviewCase().isOpen()).isTrue();
    bench.clock.advance(Duration.ofDays(2));
    assertThat(bench.work.lease(bench.database, Set.of(WorkKind.CLOSE), "x", Bench.LEASE))
        .isEmpty();
    bench.clock.advance(Duration.ofDays(1));
    bench.lease(WorkKind.CLOSE);
  }
}
