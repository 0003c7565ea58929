package io.tiltmeter.gateway.patience;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for a future, for a while. */
public final class Patience {
  private Patience() {}

  /**
   * What the future brings; blocks until then, on a virtual thread or one that is not Vert.x's.
   *
   * <p>{@link Future#await(long, TimeUnit)} must not be used on a virtual-thread verticle: when the
   * future completes after its time is over, Vert.x resumes a thread that waits no more, and the
   * verticle never does anything again (eclipse-vertx/vert.x issue 6349).
   *
   * @throws TimeoutException if it brings nothing within that time; the future goes on
   */
  public static <T> T await(Future<T> future, Duration time) throws TimeoutException {
    return future.timeout(time.toMillis(), TimeUnit.MILLISECONDS).await();
  }
}
