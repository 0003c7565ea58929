package io.tiltmeter.evaluator.vet;

import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.evaluator.checkpoint.SafetensorsFile;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** What is refused in weight files and in the index over them. */
final class WeightRules {
  private WeightRules() {}

  static boolean concern(String name) {
    return name.endsWith(".safetensors");
  }

  /** Checks the header and that the tensors cover the data exactly; values are not looked at. */
  static void check(Path file, String name, Findings findings) {
    try {
      SafetensorsFile.read(file);
    } catch (ModelException e) {
      findings.add(VettingRule.INVALID_SAFETENSORS, name, Reason.of(e, file));
    }
  }

  /** An index may name files of the artifact only; anything else could be a path out of it. */
  static void checkIndex(JsonNode index, Set<String> present, Findings findings) {
    Set<String> unlisted = new TreeSet<>();
    for (JsonNode value : index.path("weight_map")) {
      String file = value.asString("");
      if (!WeightRules.concern(file) || !present.contains(file)) {
        unlisted.add(Findings.printable(file));
      }
    }
    for (String file : unlisted) {
      findings.add(
          VettingRule.INDEX_NAMES_UNLISTED_FILE,
          AllowedFiles.INDEX,
          "weight_map names \"%s\", which is not a weight file of the artifact".formatted(file));
    }
  }
}
