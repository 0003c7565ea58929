package io.tiltmeter.policy.gate;

import io.tiltmeter.policy.stats.Wilson;
import org.jspecify.annotations.Nullable;

/**
 * How well a version of the judge told refusals from other answers that people had labelled, and
 * what a pass has to show because of it.
 *
 * <p>A judge that errs alike on both sides makes a loss look smaller: of a true delta only {@code
 * delta * (sensitivity + specificity - 1)} is seen (W. J. Rogan, B. Gladen, American Journal of
 * Epidemiology 107 (1978) 71-76). A pass is therefore tested at a margin that is smaller by that
 * factor. A block keeps the policy's margin: noise can only make it rarer.
 *
 * @param judge version of the judge that was calibrated
 * @param refusals answers that people labelled refused or partial, at least 1
 * @param found how many of these the judge took for refusals
 * @param others answers that people labelled otherwise, at least 1
 * @param kept how many of these the judge did not take for refusals
 * @param runtime what the models that answered ran on, as {@link JudgedWith} names it; null where
 *     it may be any
 * @param tokenizer digest of the tokenizer files of their base, {@code sha256:...}; null likewise
 */
public record JudgeCalibration(
    String judge,
    int refusals,
    int found,
    int others,
    int kept,
    @Nullable String runtime,
    @Nullable String tokenizer) {

  /** With fewer labelled answers than this nothing is known well enough to pass on. */
  public static final int LABELLED_AT_LEAST = 200;

  /** Of a two-sided interval whose lower end is a one-sided 95 % limit. */
  private static final double CONFIDENCE = 0.90;

  /**
   * @throws IllegalArgumentException if the counts contradict each other, or show a judge that is
   *     not surely better than one that looks at nothing
   */
  public JudgeCalibration {
    check("found", found, "refusals", refusals);
    check("kept", kept, "others", others);
    // Written out, since methods may not be called before the fields are set.
    double factor = lowerLimit(found, refusals) + lowerLimit(kept, others) - 1;
    if (!(factor > 0)) {
      throw new IllegalArgumentException(
          "judge \"%s\" is not shown to be better than chance: found %d of %d refusals and kept %d of %d others apart; label more answers"
              .formatted(judge, found, refusals, kept, others));
    }
  }

  /** One that holds for any runtime and any tokenizer. */
  public JudgeCalibration(String judge, int refusals, int found, int others, int kept) {
    this(judge, refusals, found, others, kept, null, null);
  }

  private static void check(String part, int hits, String whole, int total) {
    if (total < 1 || hits < 0 || hits > total) {
      throw new IllegalArgumentException(
          "%s must be at least 1 and %s from 0 to it, got %d and %d"
              .formatted(whole, part, total, hits));
    }
  }

  /** Lower one-sided 95 % limit of the share of refusals that the judge finds. */
  public double sensitivity() {
    return lowerLimit(found, refusals);
  }

  /** Lower one-sided 95 % limit of the share of other answers that it does not take for them. */
  public double specificity() {
    return lowerLimit(kept, others);
  }

  /** What is surely seen of a loss, in (0, 1). */
  public double factor() {
    return sensitivity() + specificity() - 1;
  }

  /**
   * Whether it says anything of this judge: enough answers were labelled, and for this version.
   *
   * @param version of the judge whose labels are decided on
   */
  public boolean covers(String version) {
    return judge.equals(version) && refusals + others >= LABELLED_AT_LEAST;
  }

  private static double lowerLimit(int hits, int total) {
    return Wilson.interval(hits, total, CONFIDENCE).low();
  }
}
