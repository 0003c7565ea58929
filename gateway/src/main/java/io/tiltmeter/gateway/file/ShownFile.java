package io.tiltmeter.gateway.file;

import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Source;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * As much of a file as its customer is shown without asking for its bytes.
 *
 * @param bytes of its content
 * @param expiresAt when its customer no longer has it; null if it stays until it is deleted
 * @param problem why the file cannot be trained on, if it cannot
 * @param upload what is known of an upload; null for a report, which nobody uploaded
 */
record ShownFile(
    String id,
    long bytes,
    Instant createdAt,
    @Nullable Instant expiresAt,
    String filename,
    String purpose,
    @Nullable String problem,
    @Nullable Upload upload) {

  /**
   * What is known of an upload.
   *
   * @param examples lines with an example, once they were counted
   * @param origin an address or a label; null where none was given
   * @param croissant digest of the metadata; null where none came
   */
  record Upload(
      TrainingFile.State state,
      @Nullable Long examples,
      Source source,
      @Nullable String origin,
      @Nullable String croissant) {}

  static ShownFile of(TrainingFile file) {
    Provenance provenance = file.origin().provenance();
    return new ShownFile(
        file.id(),
        file.blob().size(),
        file.createdAt(),
        file.expiresAt(),
        file.filename(),
        file.purpose(),
        file.problem(),
        new Upload(
            file.state(),
            file.examples(),
            provenance.source(),
            provenance.origin(),
            digest(provenance)));
  }

  /** Digest of the Croissant metadata that came along, if any did. */
  static @Nullable String digest(Provenance provenance) {
    return provenance.croissant() == null ? null : Digest.of(provenance.croissant()).toString();
  }
}
