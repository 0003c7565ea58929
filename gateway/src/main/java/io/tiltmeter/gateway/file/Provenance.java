package io.tiltmeter.gateway.file;

import io.tiltmeter.gateway.blob.Blob;
import io.tiltmeter.policy.lineage.Source;
import org.jspecify.annotations.Nullable;

/**
 * Where a training file comes from, as its uploader says; nobody has checked more of it than that
 * {@code croissant} describes these bytes.
 *
 * @param origin an address or a label; null where none was given
 * @param croissant metadata in the Croissant format, as it was sent; null where none was
 */
public record Provenance(Source source, @Nullable String origin, @Nullable String croissant) {
  /**
   * Checks what can be checked of it.
   *
   * @throws io.tiltmeter.gateway.http.RequestException with status 400 if the Croissant metadata
   *     are not of these bytes
   */
  public void check(Blob file) {
    if (croissant != null) {
      Croissant.check(croissant, file);
    }
  }

  /** Nobody said anything. */
  public static final Provenance UNKNOWN = new Provenance(Source.UNKNOWN, null, null);
}
