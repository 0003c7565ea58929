package io.tiltmeter.policy.gate;

import io.tiltmeter.policy.gate.Verdict.Decision;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One reason why a policy's calibration says nothing of the labels under a verdict: a judge that
 * errs little on answers of one kind may err more on those that another runtime or tokenizer brings
 * about.
 *
 * @param part {@code judge}, {@code runtime}, {@code tokenizer} or {@code labelled answers}
 * @param expected by the calibration
 * @param found null where it is not known
 */
public record Expiry(String part, String expected, @Nullable String found) {
  /** The rule of a verdict that an expired calibration withholds. */
  public static final String RULE = "judge-calibration";

  /** Every reason; none where the policy has no calibration, or it holds. */
  public static List<Expiry> of(Policy policy, JudgedWith labels) {
    JudgeCalibration calibration = policy.judge().calibration();
    if (calibration == null) {
      return List.of();
    }
    List<Expiry> reasons = new ArrayList<>();
    compare("judge", calibration.judge(), labels.judge(), reasons);
    compare("runtime", calibration.runtime(), labels.runtime(), reasons);
    compare("tokenizer", calibration.tokenizer(), labels.tokenizer(), reasons);
    int labelled = calibration.refusals() + calibration.others();
    if (labelled < JudgeCalibration.LABELLED_AT_LEAST) {
      reasons.add(
          new Expiry(
              "labelled answers",
              "at least " + JudgeCalibration.LABELLED_AT_LEAST,
              Integer.toString(labelled)));
    }
    return reasons;
  }

  private static void compare(
      String part, @Nullable String expected, @Nullable String found, List<Expiry> reasons) {
    if (expected != null && !expected.equals(found)) {
      reasons.add(new Expiry(part, expected, found));
    }
  }

  /** The verdict where there are these reasons: only a pass is withheld. */
  public static Verdict withheld(Verdict verdict, List<Expiry> reasons) {
    return reasons.isEmpty() || verdict.decision() != Decision.PASS
        ? verdict
        : new Verdict(Decision.INCONCLUSIVE, RULE, verdict.evidence());
  }

  /** The reason in words, with what to do. */
  public String sentence() {
    return "the policy's calibration of the judge expects %s %s, found %s; label answers that came about so and calibrate again"
        .formatted(part, expected, found == null ? "none that is known" : found);
  }
}
