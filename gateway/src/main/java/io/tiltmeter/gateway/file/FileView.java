package io.tiltmeter.gateway.file;

import io.tiltmeter.policy.lineage.Digest;
import org.jspecify.annotations.Nullable;

/**
 * A file, as the API writes it.
 *
 * @param createdAt Unix seconds
 * @param expiresAt Unix seconds; null for a file that stays until it is deleted
 * @param safety ours, beside what OpenAI's object has
 */
public record FileView(
    String id,
    String object,
    long bytes,
    long createdAt,
    @Nullable Long expiresAt,
    String filename,
    String purpose,
    String status,
    @Nullable String statusDetails,
    Safety safety) {

  /**
   * What the upload and the scan have said so far.
   *
   * @param state quarantined, scanned or invalid
   * @param source where the rows come from, as the upload said
   * @param croissant digest of the Croissant metadata that came along
   */
  public record Safety(
      String state,
      @Nullable Long examples,
      String source,
      @Nullable String origin,
      @Nullable String croissant) {

    static Safety from(TrainingFile file) {
      Provenance provenance = file.origin().provenance();
      return new Safety(
          file.state().wireName(),
          file.examples(),
          provenance.source().wireName(),
          provenance.origin(),
          provenance.croissant() == null ? null : Digest.of(provenance.croissant()).toString());
    }
  }

  /** This file as it is now. */
  public static FileView from(TrainingFile file) {
    return new FileView(
        file.id(),
        "file",
        file.blob().size(),
        file.createdAt().getEpochSecond(),
        file.expiresAt() == null ? null : file.expiresAt().getEpochSecond(),
        file.filename(),
        file.purpose(),
        file.state().status(),
        file.problem(),
        Safety.from(file));
  }
}
