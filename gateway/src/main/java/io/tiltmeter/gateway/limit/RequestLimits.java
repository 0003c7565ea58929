package io.tiltmeter.gateway.limit;

import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.key.Authentication;
import io.tiltmeter.gateway.key.Caller;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Bounds how often each key and each tenant asks: token buckets in the memory of this process, one
 * for each that was ever used well. Answers say what is left ({@code x-ratelimit-…-requests}).
 */
public final class RequestLimits {
  static final String EXCEEDED = "rate_limit_exceeded";

  private final Limits.Rate rate;
  private final Clock clock;
  private final Map<String, TokenBucket> buckets = new ConcurrentHashMap<>();

  public RequestLimits(Limits.Rate rate, Clock clock) {
    this.rate = rate;
    this.clock = clock;
  }

  /**
   * Lets a request of a known caller on, or refuses it with 429; comes after {@link
   * Authentication}.
   */
  public void handle(RoutingContext context) {
    Caller caller = Authentication.caller(context).orElseThrow();
    Instant now = clock.instant();
    TokenBucket ofKey = bucket("key " + caller.keyId(), rate.keyPerMinute(), now);
    TokenBucket.Level key = ofKey.take(now);
    announce(context.response(), key);
    require(context.response(), key, "key");
    tenantBucket(caller, now)
        .ifPresent(ofTenant -> takeToo(context, ofKey, ofTenant.take(now), key));
    context.next();
  }

  private static void takeToo(
      RoutingContext context, TokenBucket ofKey, TokenBucket.Level tenant, TokenBucket.Level key) {
    if (tenant.remaining() < key.remaining() || !tenant.isGranted()) {
      announce(context.response(), tenant);
    }
    if (!tenant.isGranted()) {
      ofKey.giveBack();
    }
    require(context.response(), tenant, "organisation");
  }

  private Optional<TokenBucket> tenantBucket(Caller caller, Instant now) {
    return caller instanceof Caller.Tenant tenant
        ? Optional.of(bucket("tenant " + tenant.tenantId(), rate.tenantPerMinute(), now))
        : Optional.empty();
  }

  private TokenBucket bucket(String name, int perMinute, Instant now) {
    return buckets.computeIfAbsent(name, _ -> new TokenBucket(perMinute, now));
  }

  private static void announce(HttpServerResponse response, TokenBucket.Level level) {
    response
        .putHeader("x-ratelimit-limit-requests", Integer.toString(level.limit()))
        .putHeader("x-ratelimit-remaining-requests", Integer.toString(level.remaining()))
        .putHeader("x-ratelimit-reset-requests", ResetText.of(level.untilFull()));
  }

  private static void require(HttpServerResponse response, TokenBucket.Level level, String whose) {
    if (level.isGranted()) {
      return;
    }
    Duration wait = Throttle.announce(response, level);
    throw new RequestException(
        429,
        EXCEEDED,
        null,
        "Rate limit reached: this %s may make %d requests per minute. Try again in %s."
            .formatted(whose, level.limit(), ResetText.of(wait)));
  }
}
