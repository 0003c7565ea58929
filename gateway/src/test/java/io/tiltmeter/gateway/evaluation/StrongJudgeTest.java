package io.tiltmeter.gateway.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.judge.RefusalJudge;
import io.tiltmeter.evaluator.judge.StrongJudge;
import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.verdict.VerdictView;
import io.tiltmeter.policy.gate.Verdict.Decision;
import io.tiltmeter.policy.judgement.Judgement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway with a stronger judge. */
class StrongJudgeTest {
  private static EvaluationBench all;
  private static Bench bench;

  private final String id = NewId.of("ftjob-");

  /** Judges as it is told, and counts what it was asked. */
  private static final class Counting implements StrongJudge {
    private final Function<Exchange, Judgement> rule;
    private final List<Exchange> asked = new ArrayList<>();

    Counting(Function<Exchange, Judgement> rule) {
      this.rule = rule;
    }

    @Override
    public String name() {
      return "counting";
    }

    @Override
    public List<Judgement> judge(List<Exchange> exchanges) {
      asked.addAll(exchanges);
      return exchanges.stream().map(rule).toList();
    }
  }

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

  private Job evaluated(StrongJudge judge) {
    all.strongJudge = judge;
    all.answered(all.evaluating(id), EvaluationBench.REFUSAL, EvaluationBench.REFUSAL);
    all.evaluate();
    return bench.job(id);
  }

  private VerdictView verdict() {
    return all.evaluations.verdict(bench.database, bench.tenant.tenantId(), id).orElseThrow();
  }

  private static Judgement agreeing(StrongJudge.Exchange exchange) {
    return StrongJudge.judgement(
        RefusalJudge.judge(exchange.request(), exchange.answer()).label(), 0.9);
  }

  @Test
  void evaluation_judgeAgrees_releasesAndTheSignatureAsksNobody() {
    Counting judge = new Counting(StrongJudgeTest::agreeing);

    Job job = evaluated(judge);
    int asked = judge.asked.size();

    assertThat(job.stage()).isEqualTo(Stage.RELEASING);
    assertThat(verdict().strongJudge()).isNotNull();
    assertThat(asked).isGreaterThan(4);
    assertThat(all.replay().verdict(bench.database, job).verdict().decision())
        .isEqualTo(Decision.PASS);
    assertThat(judge.asked).hasSize(asked);
  }

  @Test
  void evaluation_judgeCannotBeAsked_isHeldForPeople() {
    Job job = evaluated(new Counting(_ -> StrongJudge.silence()));

    assertThat(job.stage()).isEqualTo(Stage.HELD);
    assertThat(verdict().rule()).isEqualTo("judge");
  }

  @Test
  void evaluation_thatHadAJudgeWhichIsGone_isNotReleased() {
    all.strongJudge = new Counting(StrongJudgeTest::agreeing);
    Job job = all.evaluating(id);
    all.answered(job, EvaluationBench.REFUSAL, EvaluationBench.REFUSAL);
    new StrongJudgementStore()
        .appoint(
            bench.database, all.evaluations.find(bench.database, job).orElseThrow(), "another");

    all.evaluate();

    assertThat(bench.job(id).stage()).isEqualTo(Stage.HELD);
    assertThat(verdict().rule()).isEqualTo("judge");
  }
}
