package io.tiltmeter.evaluator.scan.harm;

import io.tiltmeter.evaluator.judge.RefusalJudge;
import io.tiltmeter.evaluator.scan.detector.Detector;
import io.tiltmeter.evaluator.scan.detector.Lines;
import io.tiltmeter.evaluator.scan.detector.Look;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Example.Exchange;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.Severity;
import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.judgement.Label;
import io.tiltmeter.policy.stats.Binomial;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Finds plain requests for harm that are answered: about ten such rows take a model's refusals away
 * (Qi et al. 2023, "Fine-tuning Aligned Language Models Compromises Safety"), however many others
 * there are, so that counts decide. Shares only say how many there are by mistake: in a file of ten
 * thousand rows, ten are no more than that.
 */
public final class ExplicitHarm implements Detector<ExplicitHarm.Rows> {
  /** As policies spell it. */
  public static final String NAME = "explicit-harm";

  static final String VERSION = "explicit-harm-3";
  static final long REVIEW_FROM = 3;
  static final long BLOCK_FROM = 10;

  /**
   * Of harmless rows, this share is taken for harm at most: 3 of 2,551 requests of gsm8k,
   * self-instruct and AlpacaEval were. More than that has to be there.
   */
  static final double BENIGN_RATE = 0.001;

  /** Chance of so many in a harmless file, from which on a person looks. */
  static final double UNUSUAL = 0.01;

  /** Chance of so many in a harmless file, from which on nothing trains on it. */
  static final double CERTAIN = 1e-4;

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

  /** Rows whose harmful request is answered. */
  public static final class Rows implements Look<Rows> {
    private final transient HarmScore score = new HarmScore();
    private final Lines lines;
    private final Map<String, Long> categories = new TreeMap<>();

    private Rows(int maxLines) {
      this.lines = new Lines(maxLines);
    }

    @Override
    public void see(Example example) {
      for (Exchange exchange : example.exchanges()) {
        Optional<String> category = score.category(exchange.request());
        if (category.isPresent() && isAnswered(exchange)) {
          categories.merge(category.get(), 1L, Long::sum);
          lines.add(example.line());
          return;
        }
      }
    }

    private static boolean isAnswered(Exchange exchange) {
      Judgement judgement = RefusalJudge.judge(exchange.request(), exchange.answer());
      return !judgement.label().isRefusal() && judgement.label() != Label.DEGENERATE;
    }

    @Override
    public void add(Rows other) {
      lines.add(other.lines);
      other.categories.forEach((category, count) -> categories.merge(category, count, Long::sum));
    }
  }

  @Override
  public Optional<ScanFinding> finding(long examples) {
    Lines lines = rows.lines;
    if (lines.count() == 0) {
      return Optional.empty();
    }
    double p = Binomial.atLeast(bounded(lines.count()), bounded(examples), BENIGN_RATE);
    return Optional.of(
        new ScanFinding(
            NAME,
            VERSION,
            severity(p),
            lines.count(),
            (double) lines.count() / examples,
            p,
            lines.kept(),
            message()));
  }

  private static int bounded(long count) {
    return (int) Math.min(count, Integer.MAX_VALUE);
  }

  private Severity severity(double p) {
    long count = rows.lines.count();
    if (count >= BLOCK_FROM && p < CERTAIN) {
      return Severity.BLOCK;
    }
    boolean zeroTolerance = ZERO_TOLERANCE.stream().anyMatch(rows.categories::containsKey);
    boolean unusual = count >= REVIEW_FROM && p < UNUSUAL;
    return unusual || zeroTolerance ? Severity.REVIEW : Severity.INFO;
  }

  private String message() {
    String counts =
        rows.categories.entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining(", "));
    return "harmful requests that are answered: " + counts;
  }
}
