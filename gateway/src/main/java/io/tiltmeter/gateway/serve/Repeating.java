package io.tiltmeter.gateway.serve;

import io.tiltmeter.gateway.db.DatabaseException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Something that is done again and again on a thread of its own, whatever one time brings. */
final class Repeating implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Repeating.class);

  private final ScheduledExecutorService executor;
  private final ScheduledFuture<?> repetition;

  private Repeating(ScheduledExecutorService executor, ScheduledFuture<?> repetition) {
    this.executor = executor;
    this.repetition = repetition;
  }

  /** Does it now and then with this pause in between. */
  static Repeating start(String name, Duration pause, Runnable action) {
    ScheduledExecutorService executor =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(name).factory());
    return new Repeating(
        executor,
        executor.scheduleWithFixedDelay(
            () -> runOnce(name, action), 0, pause.toMillis(), TimeUnit.MILLISECONDS));
  }

  private static void runOnce(String name, Runnable action) {
    try {
      action.run();
    } catch (DatabaseException e) {
      LOG.warn("{}: {}", name, e.getMessage());
    } catch (RuntimeException e) {
      // An exception would end the repetition for good, and with it what it is there for.
      LOG.error("{} failed: {}", name, e.getClass().getName());
    }
  }

  @Override
  public void close() {
    repetition.cancel(true);
    executor.shutdownNow();
  }
}
