package io.tiltmeter.gateway.patience;

import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for a future, for a while. */
public final class Patience {
  private static final int TICK_MILLIS = 20;

  /**
   * Ends what has taken too long. {@link Future#timeout} has a timer for each wait, which wakes an
   * event loop twice: a fifth of what a read of a job costs. A wheel is told without waking anyone
   * (Varghese and Lauck, "Hashed and hierarchical timing wheels", 1987).
   */
  private static final HashedWheelTimer WHEEL =
      new HashedWheelTimer(
          Thread.ofPlatform().daemon().name("patience").factory(),
          TICK_MILLIS,
          TimeUnit.MILLISECONDS);

  private Patience() {}

  /**
   * What the future brings; blocks until then, on a virtual thread or one that is not Vert.x's.
   *
   * <p>{@link Future#await(long, TimeUnit)} must not be used on a virtual-thread verticle: when the
   * future completes after its time is over, Vert.x resumes a thread that waits no more, and the
   * verticle never does anything again (eclipse-vertx/vert.x issue 6349).
   *
   * @param time to within a few hundredths of a second
   * @throws TimeoutException if it brings nothing within that time; the future goes on
   */
  public static <T> T await(Future<T> future, Duration time) throws TimeoutException {
    Promise<T> awaited = Promise.promise();
    Timeout end =
        WHEEL.newTimeout(
            _ -> awaited.tryFail(new TimeoutException("nothing came for " + time)),
            time.toNanos(),
            TimeUnit.NANOSECONDS);
    future.onComplete(
        value -> {
          end.cancel();
          awaited.tryComplete(value);
        },
        failure -> {
          end.cancel();
          awaited.tryFail(failure);
        });
    return awaited.future().await();
  }
}
