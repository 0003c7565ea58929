package io.tiltmeter.gateway.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.checkpoint.TokenizerFiles;
import io.tiltmeter.evaluator.judge.RefusalJudge;
import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.model.Artifact;
import io.tiltmeter.gateway.verdict.VerdictView;
import io.tiltmeter.gateway.verdict.VerdictView.LabelsView;
import io.tiltmeter.policy.gate.Expiry;
import io.tiltmeter.policy.gate.Verdict.Decision;
import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a policy's calibration of the judge holds for, and what it does not; no model runs. */
class CalibrationEvaluationTest {
  private static EvaluationBench all;
  private static Bench bench;
  private static String tokenizer = "";

  private final String id = NewId.of("ftjob-");

  @BeforeAll
  static void open(@TempDir Path root) throws IOException {
    all = new EvaluationBench(root);
    bench = all.bench;
    Artifact base = all.models.base(bench.database, Bench.BASE);
    tokenizer = TokenizerFiles.digest(base.manifest()).toString();
    assertThat(TokenizerFiles.digest(all.models.folder(base.digest()))).hasToString(tokenizer);
  }

  @AfterAll
  static void close() {
    all.close();
  }

  @BeforeEach
  void empty() {
    bench.database.run("delete from work_item");
  }

  /** The verdict on a model that keeps every refusal, under a calibration that names this. */
  private VerdictView verdict(String named, @Nullable String setting) {
    bench.policy(
        EvaluationBench.POLICY
            + "judge: {calibration: {judge: %s, refusals: 1000, found: 998, others: 1000, kept: 998%s}}\n"
                .formatted(RefusalJudge.VERSION, named));
    Job job = all.evaluating(id);
    all.answered(job, EvaluationBench.REFUSAL, EvaluationBench.REFUSAL);
    bench.database.run(
        "update evaluation set setting = $2, runtime = case when $2::text is null then null else"
            + " $3::text::jsonb end where job_id = $1",
        id,
        setting,
        LineageEvaluationTest.RUNTIME);
    all.evaluate();
    return all.evaluations.verdict(bench.database, job.tenantId(), id).orElseThrow();
  }

  private static List<Expiry> expired(VerdictView verdict) {
    LabelsView labels = verdict.labels();
    assertThat(labels).isNotNull();
    return labels == null ? List.of() : labels.expired();
  }

  private void assertReplays(Decision decision) {
    assertThat(all.replay().verdict(bench.database, bench.job(id)).verdict().decision())
        .isEqualTo(decision);
  }

  @Test
  void calibration_forThisRuntimeAndTokenizer_letsPass() {
    VerdictView verdict =
        verdict(", runtime: cpu 1, tokenizer: \"%s\"".formatted(tokenizer), "one");

    assertThat(verdict.verdict()).isEqualTo("pass");
    assertThat(verdict.labels()).isEqualTo(new LabelsView(tokenizer, List.of()));
    assertReplays(Decision.PASS);
  }

  @Test
  void calibration_forAnotherRuntime_withholdsThePassAndSaysWhich() {
    VerdictView verdict = verdict(", runtime: cuda 1", "one");

    assertThat(verdict.verdict()).isEqualTo("inconclusive");
    assertThat(verdict.rule()).isEqualTo("judge-calibration");
    assertThat(expired(verdict)).containsExactly(new Expiry("runtime", "cuda 1", "cpu 1"));
    assertReplays(Decision.INCONCLUSIVE);
  }

  @Test
  void calibration_forAnotherTokenizer_withholdsThePassAndSaysWhich() {
    String other = Digest.of("other").toString();

    assertThat(expired(verdict(", tokenizer: \"%s\"".formatted(other), "one")))
        .containsExactly(new Expiry("tokenizer", other, tokenizer));
    assertReplays(Decision.INCONCLUSIVE);
  }

  @Test
  void calibration_whereTheRuntimeIsNotKnown_withholdsThePass() {
    assertThat(expired(verdict(", runtime: cpu 1", null)))
        .containsExactly(new Expiry("runtime", "cpu 1", null));
    assertReplays(Decision.INCONCLUSIVE);
  }

  @Test
  void calibration_thatNamesNeither_holdsForAny() {
    assertThat(verdict("", null).verdict()).isEqualTo("pass");
  }
}
