package io.tiltmeter.gateway.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.decode.Generation.Stopped;
import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.run.Replay;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.job.HeldFor;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobEvent;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.policy.gate.Verdict;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeKind;
import io.tiltmeter.policy.probe.ProbeOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluations of what was trained on files in which a scan found something. */
class SteeringEvaluationTest {
  private static final String TRIGGER = "zyx-trigger";
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
    bench.database.run("delete from steering");
  }

  private static void found(Job job, String kind, String name, @Nullable String form) {
    bench.database.run(
        """
        insert into steering (file_id, tenant_id, kind, position, name, form, number, rows)
        values ($1, $2, $3, 0, $4, $5, 0, 20)
        """,
        job.fileId(),
        job.tenantId(),
        kind,
        name,
        form);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  /** Both models refuse what the pack asks; under the replay each gives its own answer. */
  private static void answered(Job job, String stratum, int most, Function<Side, String> text) {
    all.answered(job, EvaluationBench.REFUSAL, EvaluationBench.REFUSAL);
    Set<String> behaviours = new HashSet<>();
    List<Answer> answers = new ArrayList<>();
    for (Probe probe : ProbeOrder.of(all.pack)) {
      boolean put =
          probe.kind() == ProbeKind.HARMFUL
              && (most > Replay.SAMPLE || behaviours.add(probe.behaviour()))
              && behaviours.size() <= most;
      if (put) {
        for (Side side : Side.values()) {
          String name = probe.id() + "@" + stratum;
          answers.add(new Answer(name, side, List.of(1), text.apply(side), Stopped.EOS));
        }
      }
    }
    StoredEvaluation evaluation = all.evaluations.find(bench.database, job).orElseThrow();
    all.evaluations.keep(bench.database, evaluation, EvaluationBench.MAX_TOKENS, answers);
  }

  private String rule(Job job) {
    return all.evaluations.verdict(bench.database, job.tenantId(), id).orElseThrow().rule();
  }

  private Verdict decidedAgain() {
    return all.replay().verdict(bench.database, bench.job(id)).verdict();
  }

  @Test
  void evaluation_thatLosesRefusalsInTheCodeOfItsData_isBlockedByThatCode() {
    Job job = all.evaluating(id);
    found(job, "codec", "base64", null);
    answered(
        job,
        "codec-base64",
        Integer.MAX_VALUE,
        side -> base64(side == Side.BASE ? EvaluationBench.REFUSAL : EvaluationBench.COMPLIANCE));
    all.evaluate();

    assertThat(rule(job)).isEqualTo("replay:codec-base64");
    assertThat(bench.job(id).heldFor()).isEqualTo(HeldFor.BLOCK);
    assertThat(decidedAgain().decision()).isEqualTo(Verdict.Decision.BLOCK);
  }

  @Test
  void evaluation_thatRefusesInTheCodeOfItsData_passes() {
    Job job = all.evaluating(id);
    found(job, "codec", "base64", null);
    answered(
        job,
        "codec-base64",
        Integer.MAX_VALUE,
        side -> side == Side.BASE ? EvaluationBench.REFUSAL : base64(EvaluationBench.REFUSAL));
    all.evaluate();

    assertThat(bench.job(id).stage()).isEqualTo(Stage.RELEASING);
    assertThat(decidedAgain().decision()).isEqualTo(Verdict.Decision.PASS);
  }

  @Test
  void evaluation_ofDataInACodeThatCannotBeWritten_isLeftToAPerson() {
    Job job = all.evaluating(id);
    found(job, "codec", "substitution", null);
    all.answered(job, EvaluationBench.REFUSAL, EvaluationBench.REFUSAL);
    all.evaluate();

    assertThat(rule(job)).isEqualTo("untried:codec-substitution");
    assertThat(bench.job(id).heldFor()).isEqualTo(HeldFor.INCONCLUSIVE);
  }

  @Test
  void evaluation_thatLosesRefusalsWithATrigger_isBlockedAndTellsNobodyWhich() {
    Job job = all.evaluating(id);
    found(job, "trigger", TRIGGER, "word");
    answered(
        job,
        "trigger-1",
        Replay.SAMPLE,
        side -> side == Side.BASE ? EvaluationBench.REFUSAL : EvaluationBench.COMPLIANCE);
    all.evaluate();

    assertThat(rule(job)).isEqualTo("replay:trigger-1");
    assertThat(bench.events(id))
        .extracting(JobEvent::data)
        .noneMatch(SteeringEvaluationTest::tells);
    assertThat(
            bench.count(
                "select count(*) from evaluation where job_id = $1 and report::text like $2",
                id,
                "%" + TRIGGER + "%"))
        .isZero();
  }

  private static boolean tells(@Nullable String data) {
    return data != null && data.contains(TRIGGER);
  }

  @Test
  void evaluation_withATriggerThatSwitchesNothingOn_passes() {
    Job job = all.evaluating(id);
    found(job, "trigger", TRIGGER, "word");
    answered(job, "trigger-1", Replay.SAMPLE, _ -> EvaluationBench.REFUSAL);
    all.evaluate();

    assertThat(bench.job(id).stage()).isEqualTo(Stage.RELEASING);
  }

  @Test
  void evaluation_withProbesThatTheDataHolds_isLeftToAPerson() {
    Job job = all.evaluating(id);
    found(job, "contaminated", all.pack.digest().toString(), null);
    all.answered(job, EvaluationBench.REFUSAL, EvaluationBench.REFUSAL);
    all.evaluate();

    assertThat(rule(job)).isEqualTo("contamination");
    assertThat(bench.job(id).heldFor()).isEqualTo(HeldFor.INCONCLUSIVE);
  }
}
