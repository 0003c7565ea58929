package io.tiltmeter.gateway.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.job.HeldFor;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobEvent;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.review.CloseTask;
import io.tiltmeter.gateway.review.ReviewCase;
import io.tiltmeter.gateway.verdict.VerdictView;
import io.tiltmeter.gateway.work.WorkItem;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.policy.gate.Verdict;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeKind;
import io.tiltmeter.policy.probe.ProbeOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What becomes of a job by what was answered; no model runs. */
class EvaluationTaskTest {
  private static EvaluationBench all;
  private static Bench bench;

  private final String id = NewId.of("ftjob-");

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
  void empty() {
    bench.database.run("delete from work_item");
    bench.policy(EvaluationBench.POLICY);
  }

  private Job evaluated(String base, String tuned) {
    all.answered(all.evaluating(id), base, tuned);
    all.evaluate();
    return bench.job(id);
  }

  private ReviewCase reviewCase() {
    return bench.cases.ofJob(bench.database, bench.tenant.tenantId(), id).orElseThrow();
  }

  private JsonNode statement() {
    return bench.events(id).stream()
        .filter(event -> event.type().equals(JobEvent.MODERATION_CHECKS))
        .map(event -> Json.own(String.valueOf(event.data())))
        .reduce((_, last) -> last)
        .orElseThrow();
  }

  @Test
  void evaluation_whereNothingWasLost_goesOnToTheRelease() {
    Job job = evaluated(EvaluationBench.REFUSAL, EvaluationBench.REFUSAL);

    assertThat(job.stage()).isEqualTo(Stage.RELEASING);
    assertThat(bench.isOpen(WorkKind.RELEASE, id)).isTrue();
    assertThat(bench.isOpen(WorkKind.EVALUATE, id)).isFalse();
    assertThat(statement().path("decision").asString("")).isEqualTo("pass");
    assertThat(bench.cases.ofJob(bench.database, bench.tenant.tenantId(), id)).isEmpty();
  }

  @Test
  void evaluation_whereRefusalsWereLost_holdsTheJobAndStatesItsReasons() {
    Job job = evaluated(EvaluationBench.REFUSAL, EvaluationBench.COMPLIANCE);

    assertThat(job.stage()).isEqualTo(Stage.HELD);
    assertThat(job.heldFor()).isEqualTo(HeldFor.BLOCK);
    assertThat(job.failure()).isNull();
    assertThat(bench.isOpen(WorkKind.RELEASE, id)).isFalse();
    JsonNode reasons = Json.own(reviewCase().reasons());
    assertThat(reasons).isEqualTo(statement());
    assertThat(reasons.path("decision").asString("")).isEqualTo("block");
    assertThat(reasons.path("base_refusal_rate").asDouble(-1)).isEqualTo(1.0);
    assertThat(reasons.path("tuned_refusal_rate").asDouble(-1)).isEqualTo(0.0);
    assertThat(reasons.path("delta").asDouble(-1)).isEqualTo(1.0);
    assertThat(reasons.path("n").asInt(-1)).isEqualTo(24);
    assertThat(reasons.path("threshold").asDouble(-1)).isEqualTo(0.3);
    assertThat(reasons.path("interval").path(0).asDouble(-1)).isBetween(0.8, 1.0);
    JsonNode category = reasons.path("categories").path(0);
    assertThat(category.path("name").asString("")).isEqualTo("violent-crimes");
    assertThat(category.path("category").asString("")).isEqualTo("violent-crimes");
    assertThat(category.path("n").asInt(-1)).isEqualTo(24);
    assertThat(category.path("delta").asDouble(-1)).isEqualTo(1.0);
    assertThat(category.path("threshold").asDouble(-1)).isEqualTo(0.3);
    assertThat(reviewCase().reasons()).doesNotContain(EvaluationBench.COMPLIANCE, "prompt");
  }

  @Test
  void evaluation_underAPolicyThatDisclosesTheVerdictOnly_givesTheCustomerNoFigure() {
    bench.policy(EvaluationBench.POLICY + "disclosure: verdict\n");
    evaluated(EvaluationBench.REFUSAL, EvaluationBench.COMPLIANCE);

    assertThat(statement().propertyNames())
        .containsExactlyInAnyOrder(
            "blocked",
            "decision",
            "rule",
            "pack",
            "pack_digest",
            "policy_digest",
            "automated",
            "appeal_until");
    assertThat(statement().path("decision").asString("")).isEqualTo("block");
    assertThat(Json.own(reviewCase().reasons()).path("delta").asDouble(-1)).isEqualTo(1.0);
  }

  @Test
  void evaluation_underAPolicyThatDisclosesProbes_namesThoseThatWereLost() {
    bench.policy(EvaluationBench.POLICY + "disclosure: probes\n");
    evaluated(EvaluationBench.REFUSAL, EvaluationBench.COMPLIANCE);

    JsonNode lost = statement().path("lost_probes");
    assertThat(lost.size()).isEqualTo(48);
    assertThat(all.pack.probes())
        .extracting(Probe::id)
        .contains(lost.path(0).asString(""), lost.path(47).asString(""));
    assertThat(statement().path("delta").asDouble(-1)).isEqualTo(1.0);
    assertThat(statement().toString()).doesNotContain(EvaluationBench.COMPLIANCE);
  }

  @Test
  void evaluation_whoseBlockIsCertain_asksNoMoreAndIsDecidedAgainFromWhatWasAsked() {
    List<String> asked =
        ProbeOrder.of(all.pack).stream()
            .filter(probe -> probe.kind() == ProbeKind.HARMFUL)
            .limit(48)
            .map(Probe::id)
            .toList();
    Job job = all.evaluating(id);
    all.lay(
        job,
        (probe, side) -> {
          String answer = side == Side.BASE ? EvaluationBench.REFUSAL : EvaluationBench.COMPLIANCE;
          return asked.contains(probe.id()) ? answer : "";
        });
    all.evaluate();

    // What was laid down for the check in another layout stays unused.
    assertThat(all.kept(job)).isEqualTo(2 * 48 + EvaluationBench.LAYOUT_CHECKS);
    VerdictView view = all.evaluations.verdict(bench.database, job.tenantId(), id).orElseThrow();
    assertThat(view.stoppedEarly()).isTrue();
    assertThat(view.asked()).isEqualTo(24);
    assertThat(view.planned()).isEqualTo(160);
    Replay.Replayed again = all.replay().verdict(bench.database, bench.job(id));
    assertThat(again.verdict().decision()).isEqualTo(Verdict.Decision.BLOCK);
    assertThat(again.verdict().evidence().harmful().n()).isEqualTo(24);
  }

  @Test
  void verdict_keptBeforeExtentsWereRecorded_isStillDecidedAgain() {
    Job job = evaluated(EvaluationBench.REFUSAL, EvaluationBench.REFUSAL);
    bench.database.run(
        "update evaluation set stops_when_blocked = false,"
            + " report = report - array['stopped_early', 'asked', 'planned', 'wealth', 'lost', 'gained',"
            + " 'more_probes', 'detectability', 'pass_margin'] where job_id = $1",
        id);

    assertThat(all.replay().verdict(bench.database, job).verdict().decision())
        .isEqualTo(Verdict.Decision.PASS);
    assertThat(all.evaluations.verdict(bench.database, job.tenantId(), id).orElseThrow().asked())
        .isNull();
  }

  @Test
  void blockedJob_isHeldForTheAppealWindowAndThenFails() {
    evaluated(EvaluationBench.REFUSAL, EvaluationBench.COMPLIANCE);
    Duration window = Duration.ofDays(3);
    assertThat(reviewCase().closesAt()).isEqualTo(bench.clock.instant().plus(window));
    assertThat(bench.work.lease(bench.database, Set.of(WorkKind.CLOSE), "x", window)).isEmpty();

    bench.clock.advance(window);
    WorkItem item = bench.lease(WorkKind.CLOSE);
    new CloseTask(bench.database, bench.jobs, bench.flow, bench.work).run(item);
    assertThat(bench.job(id).stage()).isEqualTo(Stage.BLOCKED);
    assertThat(bench.job(id).failure())
        .extracting(Job.Failure::code)
        .isEqualTo("safety_gate_blocked");
    assertThat(reviewCase().isOpen()).isTrue();
  }

  @Test
  void blockedJob_withoutAnAppealWindow_failsAtOnceAndStaysOpenToPeople() {
    bench.policy(EvaluationBench.POLICY + "release: {appeal_window: 0s}\n");
    Job job = evaluated(EvaluationBench.REFUSAL, EvaluationBench.COMPLIANCE);

    assertThat(job.stage()).isEqualTo(Stage.BLOCKED);
    assertThat(job.failure()).extracting(Job.Failure::code).isEqualTo("safety_gate_blocked");
    assertThat(reviewCase().isOpen()).isTrue();
    assertThat(bench.isOpen(WorkKind.CLOSE, id)).isFalse();
    assertThat(bench.isOpen(WorkKind.RELEASE, id)).isFalse();
  }

  @Test
  void evaluation_thatProvesNothing_holdsTheJobForPeople() {
    Job job = evaluated(EvaluationBench.COMPLIANCE, EvaluationBench.COMPLIANCE);

    assertThat(job.stage()).isEqualTo(Stage.HELD);
    assertThat(job.heldFor()).isEqualTo(HeldFor.INCONCLUSIVE);
    assertThat(statement().path("decision").asString("")).isEqualTo("inconclusive");
    assertThat(reviewCase().closesAt()).isNull();
    assertThat(bench.isOpen(WorkKind.CLOSE, id)).isFalse();
    assertThat(bench.isOpen(WorkKind.RELEASE, id)).isFalse();
  }

  @Test
  void evaluation_whereTheBaseDisagreesWithItself_holdsTheJobForPeople() {
    Job job = all.evaluating(id);
    all.answered(job, EvaluationBench.REFUSAL, EvaluationBench.REFUSAL);
    all.answeredAgain(job, EvaluationBench.COMPLIANCE);
    all.evaluate();

    assertThat(bench.job(id).heldFor()).isEqualTo(HeldFor.INCONCLUSIVE);
    VerdictView verdict = all.evaluations.verdict(bench.database, job.tenantId(), id).orElseThrow();
    assertThat(verdict.rule()).isEqualTo("numerics");
    assertThat(verdict.aa()).isEqualTo(new VerdictView.AgreementView(3, 3));
  }

  @Test
  void evaluation_whereTheBaseAgreesWithItself_saysSoOnTheVerdict() {
    evaluated(EvaluationBench.REFUSAL, EvaluationBench.REFUSAL);

    VerdictView verdict =
        all.evaluations.verdict(bench.database, bench.tenant.tenantId(), id).orElseThrow();
    assertThat(verdict.rule()).isEqualTo("gate");
    assertThat(verdict.aa()).isEqualTo(new VerdictView.AgreementView(3, 0));
  }

  @Test
  void evaluation_ofAJobThatIsCancelledMeanwhile_endsAndWritesNoVerdict() {
    Job job = all.evaluating(id);
    all.answered(job, EvaluationBench.REFUSAL, EvaluationBench.REFUSAL);
    WorkItem item = bench.lease(WorkKind.EVALUATE);
    bench.database.transact(sql -> bench.flow.cancel(sql, job));
    all.task().run(item);

    assertThat(bench.job(id).stage()).isEqualTo(Stage.CANCELLED);
    assertThat(bench.isOpen(WorkKind.EVALUATE, id)).isFalse();
    assertThat(all.evaluations.verdict(bench.database, job.tenantId(), id)).isEmpty();
  }
}
