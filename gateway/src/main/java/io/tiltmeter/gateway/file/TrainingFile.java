package io.tiltmeter.gateway.file;

import io.tiltmeter.gateway.blob.Blob;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A customer's upload.
 *
 * @param filename as the customer named it; never a path of ours
 * @param origin who put it here, and from where
 * @param examples lines with an example, once they were counted
 * @param problem why the file cannot be trained on, if it cannot
 * @param expiresAt when its customer no longer has it; null if it stays until it is deleted
 */
public record TrainingFile(
    String id,
    UUID tenantId,
    Blob blob,
    String filename,
    String purpose,
    Origin origin,
    Instant createdAt,
    State state,
    @Nullable Long examples,
    @Nullable String problem,
    @Nullable Instant expiresAt) {

  /**
   * Who uploaded a file, and from where.
   *
   * @param keyId of the API key
   * @param address of the peer that sent the bytes; nothing that a request says of itself
   * @param provenance what the uploader says of where the rows come from
   */
  public record Origin(String keyId, String address, Provenance provenance) {}

  /** How far a file has come. */
  public enum State {
    /** Nobody has read it yet; nothing trains on it. */
    QUARANTINED("uploaded"),
    /** Its scan is there. */
    SCANNED("processed"),
    /** It is no training file. */
    INVALID("error");

    private final String status;

    State(String status) {
      this.status = status;
    }

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    static State of(String wireName) {
      return valueOf(wireName.toUpperCase(Locale.ROOT));
    }

    String status() {
      return status;
    }
  }
}
