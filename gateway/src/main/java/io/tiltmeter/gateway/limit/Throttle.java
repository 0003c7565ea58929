package io.tiltmeter.gateway.limit;

import io.tiltmeter.gateway.http.RequestException;
import io.vertx.core.http.HttpServerResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Bounds how often each tenant has something done that costs others: token buckets in the memory of
 * this process, beside those of all requests.
 */
public final class Throttle {
  private static final int MILLIS_PER_SECOND = 1000;

  private final int perMinute;
  private final String what;
  private final Clock clock;
  private final Map<UUID, TokenBucket> buckets = new ConcurrentHashMap<>();

  /**
   * @param perMinute above 0; in a burst all of a minute's at once
   * @param what may be done so often: words with {@code %d} in the place of the number
   */
  public Throttle(int perMinute, String what, Clock clock) {
    this.perMinute = perMinute;
    this.what = what;
    this.clock = clock;
  }

  /**
   * Takes one of the tenant's.
   *
   * @param response is told after how long to try again
   * @throws RequestException with status 429 if none is left
   */
  public void take(HttpServerResponse response, UUID tenantId) {
    TokenBucket.Level level =
        buckets
            .computeIfAbsent(tenantId, _ -> new TokenBucket(perMinute, clock.instant()))
            .take(clock.instant());
    if (!level.isGranted()) {
      Duration wait = announce(response, level);
      throw new RequestException(
          429,
          RequestLimits.EXCEEDED,
          null,
          "Rate limit reached: this organisation may %s per minute. Try again in %s."
              .formatted(what.formatted(perMinute), ResetText.of(wait)));
    }
  }

  /** Says after how long to try again: in whole seconds, and in milliseconds. */
  static Duration announce(HttpServerResponse response, TokenBucket.Level level) {
    long millis =
        Math.max(1, Math.ceilDiv(level.untilNext().toNanos(), Duration.ofMillis(1).toNanos()));
    response
        .putHeader("retry-after", Long.toString(Math.ceilDiv(millis, MILLIS_PER_SECOND)))
        .putHeader("retry-after-ms", Long.toString(millis));
    return Duration.ofMillis(millis);
  }
}
