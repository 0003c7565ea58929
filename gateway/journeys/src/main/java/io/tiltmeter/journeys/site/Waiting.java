package io.tiltmeter.journeys.site;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Waits for what another process does, by asking again and again until a deadline. */
public final class Waiting {
  private static final long PERIOD_MILLIS = 100;

  private Waiting() {}

  /** Asks until there is an answer; an exception of the question ends the wait. */
  public static <T> T until(String what, Duration patience, Supplier<Optional<T>> question) {
    return until(what, patience, PERIOD_MILLIS, question);
  }

  /** The same, asking with this period in milliseconds. */
  public static <T> T until(
      String what, Duration patience, long periodMillis, Supplier<Optional<T>> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    try (ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor()) {
      var asking =
          clock.scheduleWithFixedDelay(
              () -> ask(question, answer), 0, periodMillis, TimeUnit.MILLISECONDS);
      try {
        return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException _) {
        throw new AssertionError("expected %s within %s".formatted(what, patience));
      } catch (ExecutionException e) {
        throw new AssertionError("waiting for " + what, e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for " + what, e);
      } finally {
        asking.cancel(false);
        clock.shutdown();
      }
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The future is the answer itself.
  private static <T> void ask(Supplier<Optional<T>> question, CompletableFuture<T> answer) {
    try {
      question.get().ifPresent(answer::complete);
    } catch (RuntimeException | AssertionError e) {
      answer.completeExceptionally(e);
      throw e;
    }
  }
}
