package io.tiltmeter.gateway.webhook;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a customer wants to be told of some kinds of events.
 *
 * @param name the customer's own
 * @param eventTypes wire names of what it wants to hear of
 * @param hint of the current secret
 * @param failing how messages fail, if the last one did
 * @param disabled why nothing is sent to it; null while something is
 */
record WebhookEndpoint(
    String id,
    UUID tenantId,
    String name,
    URI url,
    List<String> eventTypes,
    String hint,
    Secrets secrets,
    Instant createdAt,
    Instant updatedAt,
    @Nullable Failing failing,
    @Nullable Disabled disabled) {

  WebhookEndpoint {
    eventTypes = List.copyOf(eventTypes);
  }

  /**
   * The secrets of an endpoint, encrypted.
   *
   * @param previous the one before the last rotation; null where there is none
   * @param previousUntil how long that one counts
   */
  record Secrets(String current, @Nullable String previous, @Nullable Instant previousUntil) {

    /** Those that count at this time, the current one first. */
    List<SigningSecret> at(Instant now, SecretBox box, String endpointId) {
      boolean overlap = previousUntil != null && previousUntil.isAfter(now);
      return Stream.of(current, overlap ? previous : null)
          .flatMap(Stream::ofNullable)
          .map(text -> box.unseal(endpointId, text))
          .toList();
    }
  }

  /**
   * How messages fail.
   *
   * @param since when the first of them did
   * @param times how many in a row, at least 1
   * @param retryAt when the next may be sent: a server that hangs must not hold up others' messages
   */
  record Failing(Instant since, int times, Instant retryAt) {}

  /** Since when and why nothing is sent. */
  record Disabled(Instant at, Reason reason) {}

  /** Why nothing is sent. */
  enum Reason {
    /** The customer does not want it now. */
    CUSTOMER,
    /** The server said that it is gone for good. */
    GONE,
    /** Nothing arrived for days. */
    FAILING;

    String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Reason of(String wireName) {
      return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
  }
}
