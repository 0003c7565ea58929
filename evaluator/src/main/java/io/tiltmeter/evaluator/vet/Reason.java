package io.tiltmeter.evaluator.vet;

import io.tiltmeter.evaluator.checkpoint.ModelException;
import java.nio.file.Path;

/** What a reader said of a copied file, without the place of the copy. */
final class Reason {
  private Reason() {}

  static String of(ModelException e, Path fileOrFolder) {
    String message = String.valueOf(e.getMessage());
    String place = fileOrFolder.toString();
    if (message.startsWith(place)) {
      return message.substring(place.length()).replaceFirst("^[:/ ]+", "");
    }
    return message.replace(place + "/", "").replace(place, Findings.FOLDER);
  }
}
