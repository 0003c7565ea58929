package io.tiltmeter.gateway.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.runner.RunnerSettings;
import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.bench.LogLines;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.verdict.VerdictView;
import io.tiltmeter.gateway.work.LeaseLostException;
import io.tiltmeter.gateway.work.WorkItem;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.Worker;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluations that go on where answers come about in another way. */
class EvaluationSettingTest {
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
    bench.database.run("delete from base_answer");
  }

  /** An evaluation that was stopped on its way, every answer of it marked. */
  private Job begun() {
    Job job = all.evaluating(id);
    try (Worker _ = all.worker(all.task(), Bench.LEASE, 1)) {
      Bench.await(() -> all.kept(job) >= 64);
    }
    assertThat(bench.job(id).stage()).isEqualTo(Stage.EVALUATING);
    mark();
    return job;
  }

  private void mark() {
    bench.database.run("update answer set text = text || ' (first)'");
    bench.database.run("delete from base_answer");
  }

  private long marked() {
    return bench.count(
        "select count(*) from answer join evaluation on id = evaluation_id"
            + " where job_id = $1 and text like '% (first)'",
        id);
  }

  private void goOn(RunnerSettings settings) {
    all.task(settings).run(bench.lease(WorkKind.EVALUATE));
  }

  @Test
  void evaluation_thatGoesOnWithAsManyThreads_keepsWhatIsThere() {
    Job job = begun();
    long before = marked();
    goOn(EvaluationBench.SETTINGS);

    assertThat(marked()).isEqualTo(before).isGreaterThanOrEqualTo(64);
    assertThat(all.kept(job)).isEqualTo(all.questions());
  }

  @Test
  void evaluation_thatGoesOnWithMoreThreads_asksEverythingAgainAndSaysSo() {
    Job job = begun();
    try (LogLines log = LogLines.of(EvaluationTask.class)) {
      goOn(EvaluationBench.SETTINGS.withThreads(2));
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("answers for %s were not given as a model would give them now".formatted(id))
          .contains("on cpu with ONNX Runtime ", ", 2 threads, weights fp32 ")
          .endsWith("; all are dropped and asked again");
    }

    assertThat(marked()).isZero();
    assertThat(all.kept(job)).isEqualTo(all.questions());
    VerdictView verdict = all.evaluations.verdict(bench.database, job.tenantId(), id).orElseThrow();
    assertThat(verdict.runtime()).extracting(VerdictView.RuntimeView::threads).isEqualTo(2);
    assertThat(all.replay().verdict(bench.database, bench.job(id)).measurement().runtime())
        .isNotNull();
  }

  @Test
  void evaluation_thatMissesOnlyTunedAnswers_asksBothSidesAgain() {
    all.evaluating(id);
    all.lay(
        bench.job(id), (_, side) -> side == Side.BASE ? EvaluationBench.REFUSAL + " (first)" : "");
    bench.database.run(
        "update evaluation set setting = 'sha256:other', runtime = '{}' where job_id = $1", id);
    goOn(EvaluationBench.SETTINGS);

    assertThat(marked()).isZero();
    assertThat(bench.job(id).stage()).isEqualTo(Stage.RELEASING);
  }

  @Test
  void evaluation_whoseAnswersAreOfNoKnownSetting_asksThemAgain() {
    begun();
    bench.database.run(
        "update evaluation set setting = null, runtime = null where job_id = $1", id);
    goOn(EvaluationBench.SETTINGS);

    assertThat(marked()).isZero();
  }

  @Test
  void evaluation_whoseAnswersAreAllThere_staysWhatItWas() {
    Job job = all.evaluating(id);
    all.answered(job, EvaluationBench.REFUSAL, EvaluationBench.REFUSAL);
    String given =
        "{\"provider\":\"cuda\",\"version\":\"1.0\",\"threads\":9,\"weights\":\"fp32\","
            + "\"graph\":\"built\",\"containment\":\"x\",\"is_contained\":true}";
    bench.database.run(
        "update evaluation set setting = 'sha256:other', runtime = $2::text::jsonb"
            + " where job_id = $1",
        id,
        given);
    goOn(EvaluationBench.SETTINGS);

    VerdictView verdict = all.evaluations.verdict(bench.database, job.tenantId(), id).orElseThrow();
    assertThat(verdict.runtime())
        .isEqualTo(new VerdictView.RuntimeView("cuda", "1.0", 9, "fp32", "built", "x"));
  }

  @Test
  void answers_underALostLease_areNotDropped() {
    begun();
    long before = marked();
    WorkItem old = bench.lease(WorkKind.EVALUATE);
    bench.clock.advance(Bench.LEASE);
    bench.lease(WorkKind.EVALUATE);
    EvaluationTask task = all.task(EvaluationBench.SETTINGS.withThreads(2));

    assertThatThrownBy(() -> task.run(old)).isInstanceOf(LeaseLostException.class);
    assertThat(marked()).isEqualTo(before);
  }
}
