package io.tiltmeter.gateway.file;

import org.jspecify.annotations.Nullable;

/**
 * A file, as the API writes it.
 *
 * @param createdAt Unix seconds
 * @param expiresAt Unix seconds; null for a file that stays until it is deleted
 * @param safety ours, beside what OpenAI's object has; null for a report on a job
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
    @Nullable Safety safety) {

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

    static Safety from(ShownFile.Upload upload) {
      return new Safety(
          upload.state().wireName(),
          upload.examples(),
          upload.source().wireName(),
          upload.origin(),
          upload.croissant());
    }
  }

  /** This file as it is now. */
  public static FileView from(TrainingFile file) {
    return from(ShownFile.of(file));
  }

  static FileView from(ShownFile file) {
    ShownFile.Upload upload = file.upload();
    return new FileView(
        file.id(),
        "file",
        file.bytes(),
        file.createdAt().getEpochSecond(),
        file.expiresAt() == null ? null : file.expiresAt().getEpochSecond(),
        file.filename(),
        file.purpose(),
        upload == null ? TrainingFile.State.SCANNED.status() : upload.state().status(),
        file.problem(),
        upload == null ? null : Safety.from(upload));
  }
}
