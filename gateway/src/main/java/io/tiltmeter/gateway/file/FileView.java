package io.tiltmeter.gateway.file;

import org.jspecify.annotations.Nullable;

/**
 * A file, as the API writes it.
 *
 * @param createdAt Unix seconds
 * @param expiresAt always null: files stay until they are deleted
 * @param safety ours, beside what OpenAI's object has
 */
record FileView(
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
   * What the scan has said so far.
   *
   * @param state quarantined, scanned or invalid
   */
  record Safety(String state, @Nullable Long examples) {}

  static FileView from(TrainingFile file) {
    return new FileView(
        file.id(),
        "file",
        file.blob().size(),
        file.createdAt().getEpochSecond(),
        null,
        file.filename(),
        file.purpose(),
        file.state().status(),
        file.problem(),
        new Safety(file.state().wireName(), file.examples()));
  }
}
