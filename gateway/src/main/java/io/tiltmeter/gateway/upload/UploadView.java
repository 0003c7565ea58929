package io.tiltmeter.gateway.upload;

import io.tiltmeter.gateway.file.FileView;
import org.jspecify.annotations.Nullable;

/**
 * An upload, as the API writes it.
 *
 * @param createdAt Unix seconds
 * @param expiresAt Unix seconds
 * @param file null unless it is completed
 */
record UploadView(
    String id,
    String object,
    long bytes,
    long createdAt,
    long expiresAt,
    String filename,
    String purpose,
    String status,
    @Nullable FileView file) {

  static UploadView from(Upload upload, @Nullable FileView file) {
    return new UploadView(
        upload.id(),
        "upload",
        upload.terms().bytes(),
        upload.createdAt().getEpochSecond(),
        upload.expiresAt().getEpochSecond(),
        upload.terms().filename(),
        upload.terms().purpose(),
        upload.state().wireName(),
        file);
  }
}
