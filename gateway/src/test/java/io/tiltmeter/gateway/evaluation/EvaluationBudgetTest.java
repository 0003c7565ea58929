package io.tiltmeter.gateway.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.job.HeldFor;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.review.ReviewCase;
import io.tiltmeter.gateway.verdict.VerdictView;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.Worker;
import io.tiltmeter.policy.gate.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluations that take longer than they may. */
class EvaluationBudgetTest {
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
  }

  @Test
  void evaluation_whoseTimeIsOver_endsItsModelsAndHoldsTheJobForPeople() {
    Job job = all.evaluating(id);
    all.task(EvaluationBench.SETTINGS, Duration.ofSeconds(1)).run(bench.lease(WorkKind.EVALUATE));

    assertThat(EvaluationBench.runners()).isEmpty();
    assertTimeIsOver(job);
  }

  private void assertTimeIsOver(Job job) {
    assertThat(bench.job(id).heldFor()).isEqualTo(HeldFor.INCONCLUSIVE);
    assertThat(bench.isOpen(WorkKind.RELEASE, id)).isFalse();
    ReviewCase open = bench.cases.ofJob(bench.database, job.tenantId(), id).orElseThrow();
    assertThat(open.isOpen()).isTrue();
    assertThat(Json.own(open.reasons()).path("rule").asString("")).isEqualTo("budget");
    assertThat(bench.messages(id))
        .contains("The safety gate could not decide: the time allowed for the evaluation was over");
    VerdictView verdict = all.evaluations.verdict(bench.database, job.tenantId(), id).orElseThrow();
    assertThat(verdict.verdict()).isEqualTo("inconclusive");
    assertThat(verdict.rule()).isEqualTo("budget");
    assertThat(verdict.aa()).isNull();
    Verdict again = all.replay().verdict(bench.database, bench.job(id)).verdict();
    assertThat(again.decision()).isEqualTo(Verdict.Decision.INCONCLUSIVE);
    assertThat(again.rule()).isEqualTo("budget");
    assertThat(again.evidence().harmful().n()).isEqualTo(verdict.n());
  }

  @Test
  void evaluation_whoseTimeIsOverAfterARestart_decidesOnWhatWasAnsweredBefore() {
    Job job = all.evaluating(id);
    try (Worker _ = all.worker(all.task(), Bench.LEASE, 1)) {
      Bench.await(() -> all.kept(job) >= 64);
    }
    long kept = all.kept(job);
    assertThat(bench.count("select spent_ms from evaluation where job_id = $1", id)).isPositive();
    bench.database.run("update evaluation set spent_ms = 3600000 where job_id = $1", id);
    all.task().run(bench.lease(WorkKind.EVALUATE));

    assertThat(all.kept(job)).isEqualTo(kept);
    assertTimeIsOver(job);
    VerdictView verdict = all.evaluations.verdict(bench.database, job.tenantId(), id).orElseThrow();
    assertThat(verdict.stoppedEarly()).isTrue();
    assertThat(verdict.asked()).isBetween(0, 159);
  }

  @Test
  void evaluation_whoseTimeIsOverBeforeTheBaseIsAskedAgain_holdsAJobThatWouldHavePassed() {
    Job job = all.evaluating(id);
    all.answered(job, EvaluationBench.REFUSAL, EvaluationBench.REFUSAL);
    bench.database.run("delete from answer where question like '%@again'");
    bench.database.run("update evaluation set spent_ms = 3600000 where job_id = $1", id);
    all.task().run(bench.lease(WorkKind.EVALUATE));

    assertTimeIsOver(job);
    VerdictView verdict = all.evaluations.verdict(bench.database, job.tenantId(), id).orElseThrow();
    assertThat(verdict.stoppedEarly()).isFalse();
    assertThat(verdict.n()).isEqualTo(50);
  }
}
