package io.tiltmeter.gateway.page;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** How often one address may try to sign in; safe for any thread. */
final class LoginLimit {
  private static final int ATTEMPTS = 10;
  private static final Duration PERIOD = Duration.ofMinutes(1);

  /** Enough for every address that tries within a period, and a bound on memory. */
  private static final int MOST_ADDRESSES = 10_000;

  private final Clock clock;
  private final Map<String, Attempts> byAddress = new HashMap<>();

  LoginLimit(Clock clock) {
    this.clock = clock;
  }

  private record Attempts(Instant since, int count) {
    boolean isOver(Instant now) {
      return !now.isBefore(since.plus(PERIOD));
    }
  }

  /** Counts one attempt; whether it is allowed. */
  synchronized boolean allows(String address) {
    Instant now = clock.instant();
    byAddress.values().removeIf(attempts -> attempts.isOver(now));
    if (byAddress.size() >= MOST_ADDRESSES && !byAddress.containsKey(address)) {
      return false;
    }
    Attempts before = byAddress.getOrDefault(address, new Attempts(now, 0));
    byAddress.put(address, new Attempts(before.since(), before.count() + 1));
    return before.count() < ATTEMPTS;
  }
}
