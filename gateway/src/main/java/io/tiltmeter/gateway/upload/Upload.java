package io.tiltmeter.gateway.upload;

import io.tiltmeter.gateway.file.Provenance;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A training file that arrives in parts.
 *
 * @param expiresAt when it expires unless it is completed before
 * @param fileId of the file that was made of it; null unless it is completed
 * @param parts that came so far, whether the file is made of them or not
 * @param partBytes that they have together
 */
record Upload(
    String id,
    UUID tenantId,
    Terms terms,
    Instant createdAt,
    Instant expiresAt,
    State state,
    @Nullable String fileId,
    int parts,
    long partBytes) {

  /**
   * What its sender said of the file.
   *
   * @param bytes that the file has, above 0
   * @param fileExpiresAfter how long after it is complete the file expires; null if it stays
   */
  record Terms(
      String filename,
      String purpose,
      String mimeType,
      long bytes,
      Provenance provenance,
      @Nullable Duration fileExpiresAfter) {}

  /** How far it has come. */
  enum State {
    PENDING,
    COMPLETED,
    CANCELLED,
    EXPIRED;

    String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    static State of(String wireName) {
      return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
  }

  /** Its state at this time: nobody waits for the sweep that writes down that it has expired. */
  State stateAt(Instant time) {
    return state == State.PENDING && !time.isBefore(expiresAt) ? State.EXPIRED : state;
  }
}
