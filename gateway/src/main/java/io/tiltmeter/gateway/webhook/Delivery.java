package io.tiltmeter.gateway.webhook;

import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One event on its way to one endpoint.
 *
 * @param attempts how often it was sent, replays included
 * @param since when the time began in which it is tried
 * @param attemptedAt when it was sent last
 * @param nextAt when it is sent next, while it is pending
 * @param status what the server answered last; null where it gave no answer
 * @param problem what went wrong last, in our words
 */
record Delivery(
    String id,
    UUID tenantId,
    String endpointId,
    Event event,
    State state,
    int attempts,
    Instant since,
    @Nullable Instant attemptedAt,
    @Nullable Instant nextAt,
    @Nullable Integer status,
    @Nullable String problem,
    Instant createdAt) {

  /**
   * What happened.
   *
   * @param objectId of the job, alert or case
   */
  record Event(String id, String type, String objectId, Instant at) {}

  /** Where it stands. */
  enum State {
    PENDING,
    DELIVERED,
    FAILED;

    String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    static State of(String wireName) {
      return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
  }
}
