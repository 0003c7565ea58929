package io.tiltmeter.gateway.webhook;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A line of the log of deliveries, as the API writes it; times are Unix seconds.
 *
 * @param status pending, delivered or failed
 * @param statusCode what the server answered last; null where it gave no answer
 */
record DeliveryView(
    String object,
    String id,
    String webhookEndpointId,
    String eventId,
    String eventType,
    String status,
    int attempts,
    @Nullable Long attemptedAt,
    @Nullable Long nextAt,
    @Nullable Integer statusCode,
    @Nullable String problem,
    long createdAt) {

  static DeliveryView from(Delivery delivery) {
    return new DeliveryView(
        "webhook_endpoint.delivery",
        delivery.id(),
        delivery.endpointId(),
        delivery.event().id(),
        delivery.event().type(),
        delivery.state().wireName(),
        delivery.attempts(),
        seconds(delivery.attemptedAt()),
        seconds(delivery.nextAt()),
        delivery.status(),
        delivery.problem(),
        delivery.createdAt().getEpochSecond());
  }

  private static @Nullable Long seconds(@Nullable Instant at) {
    return at == null ? null : at.getEpochSecond();
  }
}
