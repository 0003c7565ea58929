package io.tiltmeter.evaluator.run;

import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.evaluator.runner.Ask;
import io.tiltmeter.evaluator.runner.RunnerException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Models that may be asked until a time is over, and not a moment longer: a question that is being
 * answered then is given up, and with it the models.
 */
public final class TimeBudget implements AnswerSource {
  private static final Duration GIVING_UP = Duration.ofSeconds(10);

  private final AnswerSource models;
  private final long end;

  private TimeBudget(AnswerSource models, long end) {
    this.models = models;
    this.end = end;
  }

  /** The models, for this long from now. */
  public static TimeBudget of(AnswerSource models, Duration left) {
    return new TimeBudget(models, System.nanoTime() + left.toNanos());
  }

  private sealed interface Event {
    /** An answer. */
    record Given(Answer answer) implements Event {}

    /** All were answered, or why not. */
    record Ended(@Nullable Throwable failure) implements Event {}
  }

  /**
   * Asks on a thread of its own; answers are handed over on the caller's.
   *
   * @throws BudgetSpentException if the time is over
   */
  @Override
  public void answer(List<Ask> asks, int maxTokens, Consumer<Answer> sink) {
    BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    Thread asking =
        Thread.ofVirtual()
            .name("questions with a time budget")
            .start(() -> ask(asks, maxTokens, events));
    try {
      while (handOver(events, sink)) {
        // Until the models are through.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RunnerException("interrupted while the models answered", e);
    } finally {
      giveUp(asking);
    }
  }

  private void ask(List<Ask> asks, int maxTokens, BlockingQueue<Event> events) {
    try {
      models.answer(asks, maxTokens, answer -> events.add(new Event.Given(answer)));
      events.add(new Event.Ended(null));
    } catch (RuntimeException | Error e) {
      events.add(new Event.Ended(e));
    }
  }

  /** Whether there is more to come. */
  private boolean handOver(BlockingQueue<Event> events, Consumer<Answer> sink)
      throws InterruptedException {
    long left = end - System.nanoTime();
    Event event = left <= 0 ? null : events.poll(left, TimeUnit.NANOSECONDS);
    return switch (event) {
      case null -> throw new BudgetSpentException();
      case Event.Given(Answer answer) -> {
        sink.accept(answer);
        yield true;
      }
      case Event.Ended(Throwable failure) -> {
        if (failure != null) {
          throw new RunnerException(String.valueOf(failure.getMessage()), failure);
        }
        yield false;
      }
    };
  }

  private static void giveUp(Thread asking) {
    asking.interrupt();
    try {
      asking.join(GIVING_UP);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
