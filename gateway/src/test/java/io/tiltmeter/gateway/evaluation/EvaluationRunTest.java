package io.tiltmeter.gateway.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.RunnerLimits;
import io.tiltmeter.evaluator.runner.RunnerSettings;
import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.bench.LogLines;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.Worker;
import io.tiltmeter.policy.gate.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluations in which real models answer. */
class EvaluationRunTest {
  private static final Job.Failure FAILURE =
      new Job.Failure(
          "evaluation_failed",
          "The fine-tuned model could not be evaluated and is not released. Create the job again;"
              + " if that ends like this too, give the job's id to whoever runs this service.",
          null);
  private static final LogLines LOG = LogLines.of(Worker.class);
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
    LOG.close();
  }

  @BeforeEach
  void empty() {
    bench.database.run("delete from work_item");
    bench.database.run("delete from base_answer");
    all.hits.set(0);
    all.misses.set(0);
  }

  /** Whatever a test does, no model goes on running. */
  @AfterEach
  void noRunnerIsLeft() {
    Bench.await(() -> EvaluationBench.runners().isEmpty());
  }

  private Stage stage() {
    return bench.job(id).stage();
  }

  private void awaitEnd() {
    Bench.await(() -> stage() != Stage.EVALUATING);
  }

  private List<Answer> answers() {
    return answers(id);
  }

  private static List<Answer> answers(String job) {
    return all.evaluations.answers(
        bench.database, all.evaluations.find(bench.database, bench.job(job)).orElseThrow(), 16);
  }

  @Test
  void evaluation_whoseWorkerIsStopped_isFinishedByTheNextWithWhatIsThere() {
    Job job = all.evaluating(id);
    try (Worker _ = all.worker(all.task(), Bench.LEASE, 1)) {
      Bench.await(() -> all.kept(job) >= 64);
    }
    List<Answer> before = answers();
    assertThat(before).hasSizeLessThan((int) all.questions());
    assertThat(stage()).isEqualTo(Stage.EVALUATING);
    bench.database.run("update answer set text = text || ' (first)'");
    try (Worker _ = all.worker(all.task(), Bench.LEASE, 1)) {
      awaitEnd();
    }

    assertThat(stage()).isEqualTo(Stage.RELEASING);
    assertThat(answers()).hasSize((int) all.questions());
    assertThat(answers().stream().filter(answer -> answer.text().endsWith(" (first)")))
        .hasSize(before.size());
    // Decided again from all answers at once it is the same, wealth after each behaviour included.
    assertThat(all.replay().verdict(bench.database, bench.job(id)).verdict().decision())
        .isEqualTo(Verdict.Decision.PASS);
    assertThat(all.evaluations.verdict(bench.database, job.tenantId(), id).orElseThrow().wealth())
        .hasSize(1);
    assertThat(bench.count("select attempts from work_item where kind = 'evaluate'")).isZero();
  }

  @Test
  void evaluation_whoseRunnerCrashes_isTriedAgainAndGoesOn() {
    Job job = all.evaluating(id);
    try (Worker worker = all.worker(all.task(), Bench.LEASE, 2)) {
      Bench.await(() -> all.kept(job) >= 64);
      EvaluationBench.runners().forEach(ProcessHandle::destroyForcibly);
      Bench.await(
          () ->
              bench.count(
                      "select count(*) from work_item where attempts = 1 and lease_until is null")
                  == 1);
      assertThat(stage()).isEqualTo(Stage.EVALUATING);
      bench.clock.advance(Duration.ofSeconds(2));
      worker.wake();
      awaitEnd();
    }
    assertThat(stage()).isEqualTo(Stage.RELEASING);
    assertThat(LOG.lines())
        .anyMatch(
            line ->
                line.startsWith("evaluate of %s failed, attempt 1 of 2: ".formatted(id))
                    && line.contains("the model runner"));
  }

  @Test
  void evaluation_whoseRunnerKeepsSilent_failsAndReleasesNothing() {
    all.evaluating(id);
    RunnerSettings impatient =
        RunnerSettings.DEFAULT.withLimits(RunnerLimits.DEFAULT.withSilence(Duration.ofMillis(1)));
    try (Worker _ = all.worker(all.task(impatient), Bench.LEASE, 1)) {
      awaitEnd();
    }
    assertFailed("gave no sign of life for 1 ms");
  }

  private void assertFailed(String cause) {
    assertThat(stage()).isEqualTo(Stage.FAILED);
    assertThat(bench.job(id).failure()).isEqualTo(FAILURE);
    assertThat(bench.isOpen(WorkKind.RELEASE, id)).isFalse();
    assertThat(bench.messages(id)).noneMatch(line -> line.contains("java"));
    assertThat(LOG.lines()).anyMatch(line -> line.contains(id) && line.contains(cause));
  }

  @Test
  void evaluation_ofPinnedBytesThatWereChanged_loadsNothingAndFails() throws IOException {
    Job job = all.evaluating(id);
    Path readme = all.models.folder(all.tuned).resolve("README.md");
    assertThat(readme.toFile().setWritable(true)).isTrue();
    String before = Files.readString(readme);
    Files.writeString(readme, before.replace("A tune", "a tune"));
    try (Worker _ = all.worker(all.task(), Bench.LEASE, 1)) {
      awaitEnd();
    } finally {
      Files.writeString(readme, before);
    }
    assertFailed("1 files of artifact %s are not what was pinned".formatted(all.tuned));
    assertThat(all.kept(job)).isZero();
  }

  @Test
  void evaluation_ofAJobThatIsCancelled_stopsItsModels() {
    Job job = all.evaluating(id);
    Duration lease = Duration.ofMillis(600);
    try (Worker worker = all.worker(all.task(), lease, 1)) {
      Bench.await(() -> !EvaluationBench.runners().isEmpty());
      bench.database.transact(
          sql -> {
            bench.work.lock(sql, id);
            bench.flow.cancel(sql, bench.jobs.lock(sql, id).orElseThrow());
            bench.work.cancel(sql, id);
          });
      assertThat(bench.isOpen(WorkKind.EVALUATE, id)).isFalse();
      Bench.await(() -> EvaluationBench.runners().isEmpty());
      Bench.await(
          () ->
              LOG.lines().stream()
                  .anyMatch(
                      line -> line.contains(id) && line.endsWith("nobody wants it any more")));
      assertThat(worker.isRunning()).isTrue();
    }
    assertThat(stage()).isEqualTo(Stage.CANCELLED);
    assertThat(all.kept(job)).isLessThan(all.questions());
  }

  @Test
  void evaluation_ofAnotherJobOnTheSameBase_asksTheBaseNothing() {
    EvaluationTask task = all.task();
    evaluateWith(task);
    int asked = all.misses.get();
    assertThat(asked).isEqualTo(all.toBase());
    assertThat(all.hits).hasValue(0);
    assertThat(bench.count("select count(*) from base_answer")).isEqualTo(asked);
    bench.database.run("update base_answer set text = text || ' (kept)'");
    String second = NewId.of("ftjob-");
    all.evaluating(second);
    task.run(bench.lease(WorkKind.EVALUATE));

    assertThat(all.misses).hasValue(asked);
    assertThat(all.hits).hasValue(asked);
    List<Answer> answers = answers(second);
    assertThat(answers).hasSize((int) all.questions());
    assertThat(answers)
        .allMatch(answer -> answer.text().endsWith(" (kept)") == (answer.side() == Side.BASE));
    assertThat(bench.count("select count(*) from base_answer")).isEqualTo(asked);
  }

  @Test
  void evaluation_byAnotherProcess_findsWhatThisOneKept() {
    evaluateWith(all.task());
    int asked = all.misses.getAndSet(0);
    String second = NewId.of("ftjob-");
    all.evaluating(second);
    all.task().run(bench.lease(WorkKind.EVALUATE));

    assertThat(all.misses).hasValue(0);
    assertThat(all.hits).hasValue(asked);
    assertThat(bench.job(second).stage()).isEqualTo(Stage.RELEASING);
  }

  @Test
  void evaluation_inBatchesOfAnotherSize_asksTheBaseAgain() {
    evaluateWith(all.task());
    int asked = all.misses.getAndSet(0);
    all.evaluating(NewId.of("ftjob-"));
    all.task(RunnerSettings.DEFAULT.withThreads(1).withBatch(16))
        .run(bench.lease(WorkKind.EVALUATE));

    assertThat(all.misses).hasValue(asked - (all.toBase() - all.pack.probes().size()));
    assertThat(all.hits).hasValue(all.toBase() - all.pack.probes().size());
  }

  @Test
  void evaluation_whereNoAnswerCanBeKept_goesOnWithoutAndSaysSo() {
    bench.database.run("alter table base_answer rename to gone");
    try (LogLines log = LogLines.of("io.tiltmeter.gateway.answercache.DatabaseAnswers")) {
      evaluateWith(all.task());
      assertThat(log.lines())
          .isNotEmpty()
          .allMatch(
              line ->
                  line.equals(
                      "kept answers of a base are left out, it answers anew: the database refused"
                          + " a statement: SQL state 42P01"));
    } finally {
      bench.database.run("alter table gone rename to base_answer");
    }
    assertThat(stage()).isEqualTo(Stage.RELEASING);
    assertThat(answers()).hasSize((int) all.questions());
    assertThat(all.misses).hasValue(all.toBase());
  }

  private void evaluateWith(EvaluationTask task) {
    all.evaluating(id);
    task.run(bench.lease(WorkKind.EVALUATE));
  }

  @Test
  void evaluation_whereBaseAndTunedAreTheSame_answersTheSame() {
    all.evaluating(id);
    all.evaluate();

    assertThat(stage()).isEqualTo(Stage.RELEASING);
    assertThat(texts(Side.BASE)).isEqualTo(texts(Side.TUNED)).isNotEmpty();
  }

  private List<String> texts(Side side) {
    return answers().stream()
        .filter(answer -> answer.side() == side && !answer.id().endsWith("@again"))
        .map(answer -> answer.id() + answer.text())
        .sorted()
        .toList();
  }
}
