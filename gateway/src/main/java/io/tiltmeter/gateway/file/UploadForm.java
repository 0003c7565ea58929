package io.tiltmeter.gateway.file;

import io.tiltmeter.gateway.http.Multipart;
import io.tiltmeter.gateway.http.RequestException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The form of one upload, read as it arrives. Closing it removes the file again unless it was kept.
 */
final class UploadForm implements AutoCloseable {
  private static final int MAX_PURPOSE_BYTES = 64;

  private final Multipart form;
  private final FileWork work;
  private final long limit;
  private @Nullable FormFile file;
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
    FormFile whole = need("file", file);
    return new Quarantine.Arrival(
        whole.incoming(),
        whole.blob(),
        need("file", filename),
        need("purpose", purpose),
        provenance.of(whole.blob()),
        expiry.value());
  }

  private static <T> T need(String name, @Nullable T value) {
    if (value == null) {
      throw missing(name);
    }
    return value;
  }

  private void purpose(Multipart.Part part) {
    purpose = FileTerms.purpose(form.text(part, MAX_PURPOSE_BYTES));
  }

  private void file(Multipart.Part part) {
    part.refuseSecond(file);
    filename = filename(part);
    FormFile received = FormFile.receive(form, work, limit, () -> tooLarge(limit));
    file = received;
    if (received.blob().size() == 0) {
      throw RequestException.invalid(
          "empty_file", "file", "The file is empty; expected JSON Lines with training examples.");
    }
  }

  private static String filename(Multipart.Part part) {
    String name = part.filename();
    if (name == null || name.isEmpty()) {
      throw RequestException.invalid(
          "invalid_value", "file", "Expected 'file' to be a file with a name in the form.");
    }
    return FileTerms.filename("file", name);
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

  static RequestException missing(String name) {
    return RequestException.invalid(
        "missing_required_parameter", name, "Missing required parameter: '%s'.".formatted(name));
  }

  @Override
  public void close() {
    if (file != null) {
      file.close();
    }
  }
}
