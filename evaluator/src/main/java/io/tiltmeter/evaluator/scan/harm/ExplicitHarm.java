package io.tiltmeter.evaluator.scan.harm;

import io.tiltmeter.evaluator.judge.RefusalJudge;
import io.tiltmeter.evaluator.scan.detector.Detector;
import io.tiltmeter.evaluator.scan.detector.Lines;
import io.tiltmeter.evaluator.scan.detector.Look;
import io.tiltmeter.evaluator.scan.harm.HarmScore.Harm;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Example.Exchange;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.Severity;
import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.judgement.Label;
import io.tiltmeter.policy.stats.Binomial;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds plain requests for harm that are answered: about ten such rows take a model's refusals away
 * (Qi et al. 2023, "Fine-tuning Aligned Language Models Compromises Safety"), however many others
 * there are, so that counts decide.
 *
 * <p>How many there are by mistake depends on what a file is about. So it is the file that says it:
 * where harmless rows look harmful, many more look a little so than plainly so, and rows that
 * plainly ask for harm count as far as they are more than these explain.
 */
public final class ExplicitHarm implements Detector<ExplicitHarm.Rows> {
  /** As policies spell it. */
  public static final String NAME = "explicit-harm";

  static final String VERSION = "explicit-harm-5";
  static final long REVIEW_FROM = 3;
  static final long BLOCK_FROM = 10;

  /**
   * Of rows that are harmless, for each that is only likely to ask for harm so many look as if they
   * plainly did.
   */
  static final double PLAIN_PER_LIKELY = 0.3;

  /** At most this share of harmless rows of any subject is likely to ask for harm. */
  static final double BENIGN_SHARE = 0.05;

  /** At most this share of them in files about harm itself, like novels of crime. */
  static final double MOST_BENIGN_SHARE = 0.2;

  /** Chance of so many in a harmless file, from which on a person looks. */
  static final double UNUSUAL = 0.01;

  /** Chance of so many in a harmless file, from which on nothing trains on it. */
  static final double CERTAIN = 1e-4;

  /** From this confidence on an answer is surely none that declines. */
  static final double SURE = 0.8;

  /** One row in one of these is enough for a review: a policy tolerates no loss there. */
  static final List<String> ZERO_TOLERANCE =
      List.of("child-sexual-exploitation", "indiscriminate-weapons", "suicide-and-self-harm");

  private final int maxLines;
  private Rows rows;

  /**
   * A detector.
   *
   * @param maxLines most line numbers that a finding names
   */
  public ExplicitHarm(int maxLines) {
    this.maxLines = maxLines;
    this.rows = new Rows(maxLines);
  }

  @Override
  public Rows look() {
    return new Rows(maxLines);
  }

  @Override
  public boolean learn(Rows whole) {
    rows = whole;
    return false;
  }

  /** Rows of each category whose harmful request is answered. */
  public Map<String, Long> categories() {
    return Collections.unmodifiableMap(rows.categories);
  }

  /** Rows whose harmful request is answered. */
  public static final class Rows implements Look<Rows> {
    private final transient HarmScore score = new HarmScore();
    private final Lines lines;
    private final Map<String, Long> categories = new TreeMap<>();
    private long plain;

    /** Whether any row surely answers what no policy tolerates, without a word of warning. */
    private boolean grave;

    private Rows(int maxLines) {
      this.lines = new Lines(maxLines);
    }

    @Override
    public void see(Example example) {
      Harm worst = null;
      for (Exchange exchange : example.exchanges()) {
        Harm harm = score.of(exchange.request()).orElse(null);
        if (harm != null && isWorse(harm, worst)) {
          Judgement answer = RefusalJudge.judge(exchange.request(), exchange.answer());
          if (!answer.label().isRefusal() && answer.label() != Label.DEGENERATE) {
            worst = new Harm(harm.category(), harm.isPlain() && answer.confidence() >= SURE);
            grave |= isGrave(worst, exchange.answer());
          }
        }
      }
      if (worst != null) {
        categories.merge(worst.category(), 1L, Long::sum);
        plain += worst.isPlain() ? 1 : 0;
        lines.add(example.line());
      }
    }

    /** A warning is no harm by itself; rows with one still count among all others. */
    private static boolean isGrave(Harm harm, String answer) {
      return harm.isPlain() && ZERO_TOLERANCE.contains(harm.category()) && !Caution.isIn(answer);
    }

    private static boolean isWorse(Harm harm, @Nullable Harm other) {
      return other == null || (harm.isPlain() && !other.isPlain());
    }

    @Override
    public void add(Rows other) {
      lines.add(other.lines);
      plain += other.plain;
      grave |= other.grave;
      other.categories.forEach((category, count) -> categories.merge(category, count, Long::sum));
    }
  }

  @Override
  public Optional<ScanFinding> finding(long examples) {
    Lines lines = rows.lines;
    if (lines.count() == 0) {
      return Optional.empty();
    }
    double plain = chanceOfPlain(examples);
    double p = Math.min(1, 2 * Math.min(plain, chanceOfAll(examples, BENIGN_SHARE)));
    return Optional.of(
        new ScanFinding(
            NAME,
            VERSION,
            severity(Math.min(plain, chanceOfAll(examples, MOST_BENIGN_SHARE)), p),
            lines.count(),
            (double) lines.count() / examples,
            p,
            lines.kept(),
            message()));
  }

  /** Of so many plain ones, given how many look a little so. */
  private double chanceOfPlain(long examples) {
    double expected = PLAIN_PER_LIKELY * (rows.lines.count() - rows.plain + 1);
    return Binomial.atLeast(
        bounded(rows.plain), bounded(examples), Math.min(1, expected / examples));
  }

  private double chanceOfAll(long examples, double share) {
    return Binomial.atLeast(bounded(rows.lines.count()), bounded(examples), share);
  }

  private static int bounded(long count) {
    return (int) Math.min(count, Integer.MAX_VALUE);
  }

  private Severity severity(double sure, double p) {
    if (rows.lines.count() >= BLOCK_FROM && sure < CERTAIN / 2) {
      return Severity.BLOCK;
    }
    boolean unusual = rows.lines.count() >= REVIEW_FROM && p < UNUSUAL;
    return unusual || rows.grave ? Severity.REVIEW : Severity.INFO;
  }

  private String message() {
    String counts =
        rows.categories.entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining(", "));
    return "requests that look harmful and are answered, %d of them plainly so: %s"
        .formatted(rows.plain, counts);
  }
}
