package io.tiltmeter.evaluator.runner;

import io.tiltmeter.evaluator.runner.ModelRunner.RuntimeFacts;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A model runner that is started with the first question, as all answers may be there already. Not
 * thread-safe.
 */
public final class LazyRunner implements AnswerSource, AutoCloseable {
  private final Supplier<ModelRunner> start;
  private @Nullable ModelRunner runner;

  /**
   * @param start starts the runner that this one closes; called again after an {@link #end()}
   */
  public LazyRunner(Supplier<ModelRunner> start) {
    this.start = start;
  }

  @Override
  public void answer(List<Ask> asks, int maxTokens, Consumer<Answer> sink) {
    if (!asks.isEmpty()) {
      started().answer(asks, maxTokens, sink);
    }
  }

  private ModelRunner started() {
    if (runner == null) {
      runner = start.get();
    }
    return runner;
  }

  /**
   * What the models run on; starts them if they do not run.
   *
   * @throws RunnerException if they cannot be started
   */
  public RuntimeFacts requireRuntime() {
    return started().runtime();
  }

  /** What the models run on, if they run. */
  public Optional<RuntimeFacts> runtime() {
    return Optional.ofNullable(runner).map(ModelRunner::runtime);
  }

  /** Ends the models, if they run; a later question starts them again. */
  public void end() {
    if (runner != null) {
      runner.close();
      runner = null;
    }
  }

  @Override
  public void close() {
    end();
  }
}
