package io.tiltmeter.gateway.file;

import io.tiltmeter.gateway.blob.Blob;
import io.tiltmeter.gateway.blob.Incoming;
import io.tiltmeter.gateway.http.Multipart;
import io.tiltmeter.gateway.http.RequestException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The form of one upload, read as it arrives. Closing it removes the file again unless it was kept.
 */
final class UploadForm implements AutoCloseable {
  private static final int MAX_PURPOSE_BYTES = 64;
  private static final int PIECE_BYTES = 256 << 10;

  private final Multipart form;
  private final FileWork work;
  private final long limit;
  private @Nullable Incoming incoming;
  private @Nullable Blob blob;
  private @Nullable String filename;
  private @Nullable String purpose;
  private final ProvenanceForm provenance = new ProvenanceForm();
  private final ExpiryForm expiry = new ExpiryForm();

  UploadForm(Multipart form, FileWork work, long limit) {
    this.form = form;
    this.work = work;
    this.limit = limit;
  }

  /**
   * Takes the whole form.
   *
   * @throws RequestException with status 400 if it is not as it has to be, 413 if the file is too
   *     big, 507 if there is no room for it
   */
  Quarantine.Arrival read() {
    for (Optional<Multipart.Part> part = form.next(); part.isPresent(); part = form.next()) {
      switch (part.get().name()) {
        case "file" -> file(part.get());
        case "purpose" -> purpose(part.get());
        default -> {
          if (!provenance.take(form, part.get()) && !expiry.take(form, part.get())) {
            throw unknown(part.get().name());
          }
        }
      }
    }
    if (incoming == null || blob == null || filename == null) {
      throw missing("file");
    }
    if (purpose == null) {
      throw missing("purpose");
    }
    return new Quarantine.Arrival(
        incoming, blob, filename, purpose, provenance.of(blob), expiry.value());
  }

  private void purpose(Multipart.Part part) {
    purpose = FileTerms.purpose(form.text(part, MAX_PURPOSE_BYTES));
  }

  private void file(Multipart.Part part) {
    once(part, incoming);
    filename = filename(part);
    Incoming opened = work.receive();
    incoming = opened;
    ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
    boolean isMore = true;
    while (isMore) {
      isMore = form.fill(piece.clear());
      refuseTooLarge(opened.size() + piece.position());
      work.write(opened, piece.flip());
    }
    if (opened.size() == 0) {
      throw RequestException.invalid(
          "empty_file", "file", "The file is empty; expected JSON Lines with training examples.");
    }
    blob = work.finish(opened);
  }

  private static String filename(Multipart.Part part) {
    String name = part.filename();
    if (name == null || name.isEmpty()) {
      throw RequestException.invalid(
          "invalid_value", "file", "Expected 'file' to be a file with a name in the form.");
    }
    return FileTerms.filename("file", name);
  }

  private void refuseTooLarge(long bytes) {
    if (bytes > limit) {
      throw tooLarge(limit);
    }
  }

  static RequestException tooLarge(long limit) {
    return new RequestException(
        413,
        "file_too_large",
        "file",
        "The file is too large: a training file may have at most %d bytes.".formatted(limit));
  }

  private static RequestException unknown(String name) {
    return RequestException.invalid(
        "unknown_parameter",
        name,
        "Unknown parameter: '%s'; a form has 'file' and 'purpose', and may have 'expires_after', %s, %s and %s."
            .formatted(
                name, ProvenanceForm.SOURCE, ProvenanceForm.ORIGIN, ProvenanceForm.CROISSANT));
  }

  /** Refuses a field that was there before. */
  static void once(Multipart.Part part, @Nullable Object before) {
    if (before != null) {
      throw RequestException.invalid(
          "invalid_value",
          part.name(),
          "Expected one '%s' in the form, found a second one.".formatted(part.name()));
    }
  }

  static RequestException missing(String name) {
    return RequestException.invalid(
        "missing_required_parameter", name, "Missing required parameter: '%s'.".formatted(name));
  }

  @Override
  public void close() {
    if (incoming != null) {
      work.close(incoming);
    }
  }
}
