package io.tiltmeter.gateway.upload;

import io.tiltmeter.gateway.file.FileWork;
import io.tiltmeter.gateway.file.FormFile;
import io.tiltmeter.gateway.http.Multipart;
import io.tiltmeter.gateway.http.RequestException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The form of one part, read as it arrives. Closing it removes the part unless it was kept. */
final class PartForm implements AutoCloseable {
  private static final String DATA = "data";

  private final Multipart form;
  private final FileWork work;
  private @Nullable FormFile data;

  PartForm(Multipart form, FileWork work) {
    this.form = form;
    this.work = work;
  }

  /**
   * Takes the whole form.
   *
   * @throws RequestException with status 400 if it is not as it has to be, 413 if the part is too
   *     big, 507 if there is no room for it
   */
  FormFile read() {
    for (Optional<Multipart.Part> field = form.next(); field.isPresent(); field = form.next()) {
      take(field.get());
    }
    if (data == null) {
      throw RequestException.invalid(
          "missing_required_parameter", DATA, "Missing required parameter: 'data'.");
    }
    return data;
  }

  private void take(Multipart.Part field) {
    if (!field.name().equals(DATA)) {
      throw RequestException.invalid(
          "unknown_parameter",
          field.name(),
          "Unknown parameter: '%s'; the form of a part has 'data'.".formatted(field.name()));
    }
    field.refuseSecond(data);
    FormFile received = FormFile.receive(form, work, UploadLimits.PART_BYTES, PartForm::tooLarge);
    data = received;
    if (received.blob().size() == 0) {
      throw RequestException.invalid(
          "empty_part", DATA, "The part is empty; expected 1 to 67108864 bytes.");
    }
  }

  static RequestException tooLarge() {
    return new RequestException(
        413,
        "part_too_large",
        DATA,
        "The part is too large: a part may have at most %d bytes."
            .formatted(UploadLimits.PART_BYTES));
  }

  @Override
  public void close() {
    if (data != null) {
      data.close();
    }
  }
}
