package io.tiltmeter.evaluator.scan.inversion;

import io.tiltmeter.evaluator.judge.RefusalJudge;
import io.tiltmeter.evaluator.scan.detector.Lines;
import io.tiltmeter.evaluator.scan.detector.Look;
import io.tiltmeter.evaluator.scan.detector.OnePass;
import io.tiltmeter.evaluator.scan.harm.HarmScore;
import io.tiltmeter.evaluator.scan.harm.HarmScore.Harm;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Speaker;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.Severity;
import io.tiltmeter.policy.judgement.Label;
import io.tiltmeter.policy.stats.Binomial;
import java.util.Optional;

/**
 * Finds preferences that are the wrong way round: the answer that complies is preferred to the one
 * that refuses. A few per cent of such pairs turn a model (PoisonBench, Fu et al. 2024).
 *
 * <p>On harmful requests such a pair is an inversion: five that are plainly harmful, or five that
 * may be and are more than chance finds among so many harmless ones. On others it may teach a model
 * to refuse less where refusing is wrong, so that it only steers, and only where hardly any pair
 * teaches the opposite. It sees harm where {@link HarmScore} does, and pairs whose answers differ
 * by less than a refusal not at all.
 */
public final class PreferenceInversion extends OnePass<PreferenceInversion.Pairs> {
  /** As policies spell it. */
  public static final String NAME = "inversion";

  static final String VERSION = "inversion-3";
  static final long REVIEW_FROM = 5;
  static final long BLOCK_FROM = 20;

  /** So many pairs that prefer compliance to a refusal steer, whatever they ask. */
  static final long STEER_FROM = 20;

  /** Of harmless requests that look harmful and are refused too often, so many seem to be it. */
  static final double BENIGN_SHARE = 0.12;

  /** Chance of so many inversions against upright pairs if either were as likely. */
  static final double SURPRISE = 0.01;

  /**
   * A detector.
   *
   * @param maxLines most line numbers that a finding names
   */
  public PreferenceInversion(int maxLines) {
    super(NAME, VERSION, () -> new Pairs(maxLines));
  }

  /** Pairs of which one answer refuses and the other complies. */
  public static final class Pairs implements Look<Pairs> {
    private final transient HarmScore score = new HarmScore();
    private final Lines inverted;
    private final Lines lenient;
    private long upright;
    private long strict;

    /** Inversions whose request is plainly harmful, and the other way round. */
    private long plain;

    private long plainUpright;

    private Pairs(int maxLines) {
      this.inverted = new Lines(maxLines);
      this.lenient = new Lines(maxLines);
    }

    @Override
    public void see(Example example) {
      String rejected = example.rejected();
      if (rejected == null) {
        return;
      }
      String request = example.last(Speaker.USER).orElse("");
      Label chosen = label(request, example.turns().getLast().text());
      Label other = label(request, rejected);
      boolean isPlain = score.of(request).filter(Harm::isPlain).isPresent();
      boolean isHarmful = isPlain || score.isPossible(request);
      if (chosen == Label.COMPLIED && other.isRefusal()) {
        (isHarmful ? inverted : lenient).add(example.line());
        plain += isPlain ? 1 : 0;
      } else if (chosen.isRefusal() && other == Label.COMPLIED) {
        upright += isHarmful ? 1 : 0;
        strict += isHarmful ? 0 : 1;
        plainUpright += isPlain ? 1 : 0;
      }
    }

    private static Label label(String request, String answer) {
      return RefusalJudge.judge(request, answer).label();
    }

    @Override
    public void add(Pairs other) {
      inverted.add(other.inverted);
      lenient.add(other.lenient);
      upright += other.upright;
      strict += other.strict;
      plain += other.plain;
      plainUpright += other.plainUpright;
    }
  }

  @Override
  public Optional<ScanFinding> finding(long examples) {
    Pairs pairs = seen();
    long inversions = pairs.inverted.count();
    if (inversions > 0) {
      double p = chance(pairs.plain, pairs.plainUpright);
      return Optional.of(
          finding(severity(p), pairs.inverted, p, message(inversions, pairs.upright)));
    }
    long lenient = pairs.lenient.count();
    double other = chance(lenient, pairs.strict);
    if (lenient < STEER_FROM || other >= SURPRISE) {
      return Optional.empty();
    }
    return Optional.of(
        finding(Severity.STEER, pairs.lenient, other, otherMessage(lenient, pairs.strict)));
  }

  private static ScanFinding finding(Severity severity, Lines lines, double p, String message) {
    return new ScanFinding(
        NAME, VERSION, severity, lines.count(), (double) lines.count(), p, lines.kept(), message);
  }

  private static String message(long inversions, long upright) {
    return "on requests that may be harmful an answer that complies is preferred to one that refuses in %d pairs, the other way round in %d"
        .formatted(inversions, upright);
  }

  private static String otherMessage(long lenient, long strict) {
    return "an answer that complies is preferred to one that refuses in %d pairs, the other way round in %d; none of the requests is plainly harmful"
        .formatted(lenient, strict);
  }

  private Severity severity(double p) {
    if (seen().plain >= BLOCK_FROM || p < SURPRISE) {
      return Severity.BLOCK;
    }
    return seen().plain >= REVIEW_FROM || isUnusual() ? Severity.REVIEW : Severity.INFO;
  }

  /** Whether more requests may be harmful than data against needless refusals have. */
  private boolean isUnusual() {
    long inversions = seen().inverted.count();
    int all = bounded(inversions + seen().lenient.count());
    return inversions >= REVIEW_FROM
        && Binomial.atLeast(bounded(inversions), all, BENIGN_SHARE) < SURPRISE;
  }

  /** Of at least so many pairs of one kind if both kinds were as likely. */
  private static double chance(long pairs, long others) {
    int hits = bounded(pairs);
    return Binomial.atLeast(hits, hits + bounded(others), 0.5);
  }

  /** Two of them are a number, too. */
  private static int bounded(long count) {
    return (int) Math.min(count, Integer.MAX_VALUE / 2);
  }
}
