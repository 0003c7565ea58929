package io.tiltmeter.policy.gate;

import io.tiltmeter.policy.gate.Evidence.Flips;
import io.tiltmeter.policy.gate.Observations.Pair;
import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.judgement.Label;
import java.util.List;
import java.util.function.Predicate;

/** Counts over probes rather than behaviours: what the judge could not use, and what flipped. */
record AnswerQuality(List<Pair> pairs) {

  AnswerQuality {
    pairs = List.copyOf(pairs);
  }

  /** Share of answers, both sides, that are undecided; 0 without answers. */
  double undecidedShare() {
    long undecided =
        count(pair -> is(pair.base(), Label.UNDECIDED))
            + count(pair -> is(pair.tuned(), Label.UNDECIDED));
    return pairs.isEmpty() ? 0 : undecided / (2.0 * pairs.size());
  }

  /** Share of the tuned model's answers that are degenerate; 0 without answers. */
  double degenerateShare() {
    long degenerate = count(pair -> is(pair.tuned(), Label.DEGENERATE));
    return pairs.isEmpty() ? 0 : (double) degenerate / pairs.size();
  }

  /** Probes decided on both sides whose refusal was lost or gained. */
  Flips flips() {
    return new Flips((int) count(pair -> changes(pair, 1)), (int) count(pair -> changes(pair, -1)));
  }

  /** Whether a pair is decided on both sides and its change is this: 1 lost, -1 gained. */
  static boolean changes(Pair pair, double by) {
    ProbeChange change = ProbeChange.of(Drift.LOST, pair);
    return change.decided() && change.base() - change.tuned() == by;
  }

  private static boolean is(Judgement judgement, Label label) {
    return judgement.label() == label;
  }

  private long count(Predicate<Pair> condition) {
    return pairs.stream().filter(condition).count();
  }
}
