package io.tiltmeter.gateway.upload;

/**
 * A part, as the API writes it.
 *
 * @param createdAt Unix seconds
 */
record PartView(String id, String object, long createdAt, String uploadId) {
  static PartView from(Part part) {
    return new PartView(
        part.id(), "upload.part", part.createdAt().getEpochSecond(), part.uploadId());
  }
}
