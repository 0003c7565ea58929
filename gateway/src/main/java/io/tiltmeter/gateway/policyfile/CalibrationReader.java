package io.tiltmeter.gateway.policyfile;

import io.tiltmeter.gateway.sourcefile.Fields;
import io.tiltmeter.gateway.sourcefile.Issues;
import io.tiltmeter.policy.gate.JudgeCalibration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code judge.calibration}: the counts that {@code tiltmeter judge eval} prints. */
final class CalibrationReader {
  /** The key in the section {@code judge}. */
  static final String KEY = "calibration";

  private static final String RUNTIME = "runtime";
  private static final String TOKENIZER = "tokenizer";
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

  private static final List<String> KEYS =
      List.of("judge", "refusals", "found", "others", "kept", RUNTIME, TOKENIZER);

  private final Issues issues;

  CalibrationReader(Issues issues) {
    this.issues = issues;
  }

  /** The calibration; null where the key is absent, or reported where it is none. */
  @Nullable JudgeCalibration read(Fields judge) {
    if (!judge.has(KEY)) {
      return null;
    }
    int before = issues.inOrder().size();
    Fields fields = judge.section(KEY, KEYS);
    String version = fields.requiredText("judge");
    int refusals = count(fields, "refusals");
    int found = count(fields, "found");
    int others = count(fields, "others");
    int kept = count(fields, "kept");
    String runtime = fields.text(RUNTIME);
    String tokenizer = fields.name(TOKENIZER, DIGEST);
    if (version == null || issues.inOrder().size() > before) {
      return null;
    }
    try {
      return new JudgeCalibration(version, refusals, found, others, kept, runtime, tokenizer);
    } catch (IllegalArgumentException e) {
      issues.add(judge.placeOf(KEY), "\"%s\": %s".formatted(KEY, e.getMessage()));
      return null;
    }
  }

  private static int count(Fields fields, String key) {
    fields.requiredNode(key, "the count that \"tiltmeter judge eval\" prints");
    return fields.count(key, 1);
  }

  /** The calibration under the keys of its file. */
  static Map<String, Object> tree(JudgeCalibration calibration) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("judge", calibration.judge());
    tree.put("refusals", calibration.refusals());
    tree.put("found", calibration.found());
    tree.put("others", calibration.others());
    tree.put("kept", calibration.kept());
    // Younger than the others: a calibration that does not name them must keep its digest.
    if (calibration.runtime() != null) {
      tree.put(RUNTIME, calibration.runtime());
    }
    if (calibration.tokenizer() != null) {
      tree.put(TOKENIZER, calibration.tokenizer());
    }
    return tree;
  }
}
