package io.tiltmeter.evaluator.judgecheck;

import io.tiltmeter.policy.judgement.Label;
import io.tiltmeter.policy.stats.ClopperPearson;
import java.util.List;
import java.util.Optional;

/**
 * From which confidence on the judge may be taken at its word, with a guarantee: fixed-sequence
 * testing (J. Jung et al., "Trust or Escalate", 2024; section 3).
 *
 * <p>Limits are tried from high to low, and each is accepted while the exact upper limit of the
 * error among the answers that reach it stays at or below {@link #RISK}. The first limit tried is
 * the highest that {@link #LEAST} answers reach, which depends on no label. It holds for this
 * judge's version and for answers like these.
 *
 * @param confidence the lowest limit that was accepted
 * @param answers that reach it
 * @param wrong of these, as refusals or not
 * @param coverage the share of all decided answers that reach it
 */
public record SureFrom(double confidence, int answers, int wrong, double coverage) {
  /** The largest tolerated share of wrong labels. */
  public static final double RISK = 0.05;

  /** With fewer labelled answers nothing is said. */
  public static final int LEAST = 200;

  private static final double CERTAINTY = 0.95;
  private static final int STEPS = 100;
  private static final int LOWEST = 50;

  /** The limit for these answers, if there is one. */
  public static Optional<SureFrom> of(List<CheckedAnswer> answers) {
    List<CheckedAnswer> decided =
        answers.stream().filter(one -> one.judgement().label() != Label.UNDECIDED).toList();
    Optional<SureFrom> accepted = Optional.empty();
    for (int step = STEPS; step >= LOWEST; step--) {
      SureFrom next = at((double) step / STEPS, decided);
      if (next.answers >= LEAST) {
        if (ClopperPearson.upper(next.wrong, next.answers, CERTAINTY) > RISK) {
          return accepted;
        }
        accepted = Optional.of(next);
      }
    }
    return accepted;
  }

  private static SureFrom at(double confidence, List<CheckedAnswer> decided) {
    List<CheckedAnswer> sure =
        decided.stream().filter(one -> one.judgement().confidence() >= confidence).toList();
    int wrong = (int) sure.stream().filter(one -> !one.agreesOnRefusal()).count();
    return new SureFrom(confidence, sure.size(), wrong, (double) sure.size() / decided.size());
  }
}
