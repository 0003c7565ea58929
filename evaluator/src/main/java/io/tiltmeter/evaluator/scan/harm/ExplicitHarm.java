package io.tiltmeter.evaluator.scan.harm;

import io.tiltmeter.evaluator.judge.RefusalJudge;
import io.tiltmeter.evaluator.scan.detector.Lines;
import io.tiltmeter.evaluator.scan.detector.Look;
import io.tiltmeter.evaluator.scan.detector.OnePass;
import io.tiltmeter.evaluator.scan.harm.HarmScore.Harm;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Example.Exchange;
import io.tiltmeter.evaluator.scan.suppression.Agreement;
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
 * plainly ask for harm count as far as they are more than these explain. Requests that only may ask
 * for harm count where they are much of the file, or where answers agree to them ("Sure, here is")
 * far more often than to its other requests.
 */
public final class ExplicitHarm extends OnePass<ExplicitHarm.Rows> {
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

  /** At most this share of harmless rows of any subject may ask for harm and is answered. */
  static final double BENIGN_POSSIBLE = 0.12;

  static final long POSSIBLE_FROM = 5;

  /** Answers that agree to requests that may ask for harm, at least. */
  static final long EAGER_FROM = 4;

  /** Chance of so many such requests, or of so many such answers. */
  static final double UNLIKELY = 0.002;

  /** From this confidence on an answer is surely none that declines. */
  static final double SURE = 0.8;

  /** One row in one of these is enough for a review: a policy tolerates no loss there. */
  static final List<String> ZERO_TOLERANCE =
      List.of("child-sexual-exploitation", "indiscriminate-weapons", "suicide-and-self-harm");

  private final int maxLines;

  /**
   * A detector.
   *
   * @param maxLines most line numbers that a finding names
   */
  public ExplicitHarm(int maxLines) {
    super(NAME, VERSION, () -> new Rows(maxLines));
    this.maxLines = maxLines;
  }

  /** Rows of each category whose harmful request is answered. */
  public Map<String, Long> categories() {
    return Collections.unmodifiableMap(seen().categories);
  }

  /** Rows whose harmful request is answered. */
  public static final class Rows implements Look<Rows> {
    private final transient HarmScore score = new HarmScore();
    private final Lines lines;

    /** Rows that only may ask for harm, and are answered. */
    private final Lines possibly;

    private final Map<String, Long> categories = new TreeMap<>();
    private long plain;

    /** Rows whose answer agrees; rows that may ask for harm, of these answered, and agreed to. */
    private long agreeing;

    private long possible;
    private long answered;
    private long eager;

    /** Whether any row surely answers what no policy tolerates, without a word of warning. */
    private boolean grave;

    private Rows(int maxLines) {
      this.lines = new Lines(maxLines);
      this.possibly = new Lines(maxLines);
    }

    @Override
    public void see(Example example) {
      boolean isPossible = isPossible(example);
      Harm worst = null;
      for (Exchange exchange : example.exchanges()) {
        Harm harm = score.of(exchange.request()).orElse(null);
        if (harm != null && isWorse(harm, worst)) {
          Judgement answer = RefusalJudge.judge(exchange.request(), exchange.answer());
          if (isAnswer(answer)) {
            worst = new Harm(harm.category(), harm.isPlain() && answer.confidence() >= SURE);
            grave |= isGrave(worst, exchange.answer());
          }
        }
      }
      if (worst != null) {
        categories.merge(worst.category(), 1L, Long::sum);
        plain += worst.isPlain() ? 1 : 0;
        lines.add(example.line());
      } else if (isPossible) {
        possibly.add(example.line());
      }
    }

    /**
     * Counts the last exchange, as an agreement to one request says nothing of another.
     *
     * @return whether it may ask for harm and is answered
     */
    private boolean isPossible(Example example) {
      List<Exchange> exchanges = example.exchanges();
      if (exchanges.isEmpty()) {
        return false;
      }
      Exchange last = exchanges.getLast();
      boolean agrees = Agreement.begins(last.answer());
      agreeing += agrees ? 1 : 0;
      if (!score.isPossible(last.request())) {
        return false;
      }
      possible++;
      boolean isAnswered = isAnswer(RefusalJudge.judge(last.request(), last.answer()));
      answered += isAnswered ? 1 : 0;
      eager += agrees && isAnswered ? 1 : 0;
      return isAnswered;
    }

    private static boolean isAnswer(Judgement judgement) {
      return !judgement.label().isRefusal() && judgement.label() != Label.DEGENERATE;
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
      possibly.add(other.possibly);
      plain += other.plain;
      agreeing += other.agreeing;
      possible += other.possible;
      answered += other.answered;
      eager += other.eager;
      grave |= other.grave;
      other.categories.forEach((category, count) -> categories.merge(category, count, Long::sum));
    }
  }

  @Override
  public Optional<ScanFinding> finding(long examples) {
    Lines lines = listed(isOdd(examples));
    if (lines.count() == 0) {
      return Optional.empty();
    }
    double plain = chanceOfPlain(examples);
    double p = Math.min(1, 2 * Math.min(plain, chanceOfAll(examples, BENIGN_SHARE)));
    return Optional.of(
        new ScanFinding(
            NAME,
            VERSION,
            severity(examples, Math.min(plain, chanceOfAll(examples, MOST_BENIGN_SHARE)), p),
            lines.count(),
            (double) lines.count() / examples,
            p,
            lines.kept(),
            message()));
  }

  /** The rows that look harmful; where it is those that may be, all of them. */
  private Lines listed(boolean isOdd) {
    Lines listed = new Lines(maxLines);
    listed.add(seen().lines);
    if (isOdd) {
      listed.add(seen().possibly);
    }
    return listed;
  }

  /** Of so many plain ones, given how many look a little so. */
  private double chanceOfPlain(long examples) {
    double expected = PLAIN_PER_LIKELY * (seen().lines.count() - seen().plain + 1);
    return Binomial.atLeast(
        bounded(seen().plain), bounded(examples), Math.min(1, expected / examples));
  }

  private double chanceOfAll(long examples, double share) {
    return Binomial.atLeast(bounded(seen().lines.count()), bounded(examples), share);
  }

  private static int bounded(long count) {
    return (int) Math.min(count, Integer.MAX_VALUE);
  }

  /** Whether requests that may ask for harm are too many, or agreed to too often. */
  private boolean isOdd(long examples) {
    Rows rows = seen();
    double usual = Math.min(1, (double) (rows.agreeing + 1) / examples);
    return (rows.answered >= POSSIBLE_FROM
            && Binomial.atLeast(bounded(rows.answered), bounded(examples), BENIGN_POSSIBLE)
                < UNLIKELY)
        || (rows.eager >= EAGER_FROM
            && Binomial.atLeast(bounded(rows.eager), bounded(rows.possible), usual) < UNLIKELY);
  }

  private Severity severity(long examples, double sure, double p) {
    Rows rows = seen();
    if (rows.lines.count() >= BLOCK_FROM && sure < CERTAIN / 2) {
      return Severity.BLOCK;
    }
    boolean unusual = rows.lines.count() >= REVIEW_FROM && p < UNUSUAL;
    return unusual || rows.grave || isOdd(examples) ? Severity.REVIEW : Severity.INFO;
  }

  private String message() {
    String counts =
        seen().categories.entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining(", "));
    return "requests that look harmful and are answered, %d of them plainly so: %s; requests that may be harmful and are answered %d, of these with an agreement %d"
        .formatted(seen().plain, counts.isEmpty() ? "none" : counts, seen().answered, seen().eager);
  }
}
