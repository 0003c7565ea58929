package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.evaluator.runner.Ask;
import io.tiltmeter.evaluator.runner.ModelRunner;
import io.tiltmeter.evaluator.runner.ModelRunner.RuntimeFacts;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A model runner that is started with the first question: all answers may be there already. */
final class LazyRunner implements AnswerSource, AutoCloseable {
  private final Supplier<ModelRunner> start;
  private @Nullable ModelRunner runner;

  LazyRunner(Supplier<ModelRunner> start) {
    this.start = start;
  }

  @Override
  public void answer(List<Ask> asks, int maxTokens, Consumer<Answer> sink) {
    if (runner == null) {
      runner = start.get();
    }
    runner.answer(asks, maxTokens, sink);
  }

  /** What the models ran on, if any model ran. */
  @Nullable RuntimeFacts runtime() {
    return runner == null ? null : runner.runtime();
  }

  @Override
  public void close() {
    if (runner != null) {
      runner.close();
    }
  }
}
