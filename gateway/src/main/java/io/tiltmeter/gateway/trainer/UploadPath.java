package io.tiltmeter.gateway.trainer;

import io.tiltmeter.evaluator.vet.AllowedFiles;
import io.tiltmeter.evaluator.vet.VettingFinding;
import io.tiltmeter.gateway.http.RequestException;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a trainer's file belongs: {@code NAME} in the result, or {@code checkpoints/step-N/NAME}.
 */
record UploadPath(String text) {
  static final String CHECKPOINTS = "checkpoints";

  private static final Pattern IN_CHECKPOINT =
      Pattern.compile(CHECKPOINTS + "/step-(?<step>0|[1-9]\\d{0,11})/(?<name>[^/]*)");

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

  /** What the paths of a checkpoint's files begin with. */
  static String ofCheckpoint(long step) {
    return "%s/step-%d/".formatted(CHECKPOINTS, step);
  }

  /** The step of the checkpoint that a file is of, if it is of one. */
  static OptionalLong step(String path) {
    Matcher checkpoint = IN_CHECKPOINT.matcher(path);
    return checkpoint.matches()
        ? OptionalLong.of(Long.parseLong(checkpoint.group("step")))
        : OptionalLong.empty();
  }

  boolean isOfCheckpoint() {
    return text.startsWith(CHECKPOINTS + "/");
  }
}
