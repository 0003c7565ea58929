package io.tiltmeter.gateway.trainer;

import io.tiltmeter.evaluator.vet.AllowedFiles;
import io.tiltmeter.evaluator.vet.VettingFinding;
import io.tiltmeter.gateway.http.RequestException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a trainer's file belongs: {@code NAME} in the result, or {@code checkpoints/step-N/NAME}.
 */
record UploadPath(String text) {
  static final String CHECKPOINTS = "checkpoints";

  private static final Pattern IN_CHECKPOINT =
      Pattern.compile(CHECKPOINTS + "/step-\\d{1,12}/(?<name>[^/]*)");

  /**
   * Checks the name at once, so that nobody sends gigabytes that vetting would refuse.
   *
   * @throws RequestException with status 400 if no file of this name may enter
   */
  static UploadPath parse(String text) {
    Matcher checkpoint = IN_CHECKPOINT.matcher(text);
    String name = checkpoint.matches() ? checkpoint.group("name") : text;
    if (AllowedFiles.refuseInAdapter(name).isPresent()) {
      AllowedFiles.refuseInModel(name)
          .ifPresent(
              finding -> {
                throw refused(finding);
              });
    }
    return new UploadPath(text);
  }

  private static RequestException refused(VettingFinding finding) {
    return RequestException.invalid(
        "file_refused",
        null,
        "%s on \"%s\": %s".formatted(finding.rule().wireName(), finding.path(), finding.message()));
  }

  boolean isOfCheckpoint() {
    return text.startsWith(CHECKPOINTS + "/");
  }
}
