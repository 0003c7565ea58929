package io.tiltmeter.gateway.cli;

import io.tiltmeter.evaluator.checkpoint.TokenizerFiles;
import io.tiltmeter.evaluator.judge.RefusalJudge;
import io.tiltmeter.evaluator.onnx.GraphKind;
import io.tiltmeter.evaluator.remote.RemotePair;
import io.tiltmeter.evaluator.run.Screening;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.evaluator.runner.ModelRunner;
import io.tiltmeter.evaluator.runner.ModelRunner.RuntimeFacts;
import io.tiltmeter.evaluator.runner.PairSource;
import io.tiltmeter.evaluator.runner.ScoringSource;
import io.tiltmeter.policy.gate.JudgedWith;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Two models that can be asked.
 *
 * @param source where both are, if both are here
 * @param local runs those that are here
 * @param remote asks those that are elsewhere
 */
record AskedPair(
    AnswerSource models,
    @Nullable PairSource source,
    @Nullable ModelRunner local,
    @Nullable RemotePair remote)
    implements AutoCloseable {
  private static final RuntimeFacts ELSEWHERE =
      new RuntimeFacts("remote", "chat/completions", 1, "unknown", "remote", "a server", false);

  /** What the models here run on, or that none is here. */
  RuntimeFacts runtime() {
    return local == null ? ELSEWHERE : local.runtime();
  }

  /** What answers are judged with and came about with; of servers nothing is known. */
  JudgedWith judgedWith() {
    return source == null
        ? new JudgedWith(RefusalJudge.VERSION, null, null)
        : new JudgedWith(
            RefusalJudge.VERSION,
            JudgedWith.runtime(runtime().provider(), runtime().version()),
            TokenizerFiles.digest(source.base()).toString());
  }

  boolean isLocal() {
    return local != null;
  }

  /**
   * Both models, if both are here and say how they would begin an answer.
   *
   * @param limited puts a limit to them
   */
  Screening screening(UnaryOperator<ScoringSource> limited) {
    if (local == null || source == null) {
      return new Screening.Impossible(
          "a model on a server does not say how likely it finds a beginning");
    }
    if (local.runtime().graph().contains(GraphKind.EXPORT.wireName())) {
      return new Screening.Impossible(
          "an ONNX export does not say how likely it finds a beginning");
    }
    return local.mayThink()
        ? new Screening.Impossible("the chat template lets the models think before they answer")
        : new Screening.By(limited.apply(local));
  }

  @Override
  public void close() {
    if (local != null) {
      local.close();
    }
    if (remote != null) {
      remote.close();
    }
  }
}
