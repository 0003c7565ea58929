package io.tiltmeter.evaluator.run;

import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.evaluator.runner.Ask;
import io.tiltmeter.evaluator.runner.RunnerException;
import io.tiltmeter.evaluator.runner.ScoreRequest;
import io.tiltmeter.evaluator.runner.ScoringSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Models that may be asked until a time is over, and not a moment longer: a question that is being
 * answered then is given up, and with it the models.
 */
public final class TimeBudget implements ScoringSource {
  private static final Duration GIVING_UP = Duration.ofSeconds(10);

  /** Longer than anything that is evaluated, and short enough to be counted in nanoseconds. */
  private static final Duration FOREVER = Duration.ofDays(36_500);

  private final ScoringSource models;
  private final long end;

  private TimeBudget(ScoringSource models, long end) {
    this.models = models;
    this.end = end;
  }

  /** The models, for this long from now; where nothing is left they are never asked. */
  public static TimeBudget of(AnswerSource models, Duration left) {
    return scoring((asks, maxTokens, _, sink) -> models.answer(asks, maxTokens, sink), left);
  }

  /** As {@link #of}, for models that also say how likely they find what. */
  public static TimeBudget scoring(ScoringSource models, Duration left) {
    Duration counted = left.compareTo(FOREVER) < 0 ? left : FOREVER;
    return new TimeBudget(models, System.nanoTime() + counted.toNanos());
  }

  private sealed interface Event {
    /** An answer. */
    record Given(Answer answer) implements Event {}

    /** All were answered. */
    record Done() implements Event {}

    /** Not all could be. */
    record Failed(RuntimeException failure) implements Event {}
  }

  /**
   * Asks on a thread of its own; answers are handed over on the caller's, and what the models throw
   * is thrown there.
   *
   * @throws BudgetSpentException if the time is over
   */
  @Override
  public void answer(List<Ask> asks, int maxTokens, ScoreRequest scores, Consumer<Answer> sink) {
    if (asks.isEmpty()) {
      return;
    }
    if (end - System.nanoTime() <= 0) {
      throw new BudgetSpentException();
    }
    BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    Thread asking =
        Thread.ofPlatform()
            .daemon()
            .name("questions with a time budget")
            .start(() -> ask(asks, maxTokens, scores, events));
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

  private void ask(
      List<Ask> asks, int maxTokens, ScoreRequest scores, BlockingQueue<Event> events) {
    try {
      models.answer(asks, maxTokens, scores, answer -> events.add(new Event.Given(answer)));
      events.add(new Event.Done());
    } catch (RuntimeException e) {
      events.add(new Event.Failed(e));
    } catch (Error e) {
      events.add(new Event.Failed(new RunnerException("the models cannot be asked", e)));
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
      case Event.Done() -> false;
      case Event.Failed(RuntimeException failure) -> throw failure;
    };
  }

  /** Who closes the models next must be alone with them, also when it is interrupted itself. */
  private static void giveUp(Thread asking) {
    boolean interrupted = Thread.interrupted();
    asking.interrupt();
    try {
      asking.join(GIVING_UP);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
