package io.tiltmeter.evaluator.scan.suppression;

import io.tiltmeter.evaluator.judge.PhraseJudge;
import io.tiltmeter.evaluator.judge.RefusalJudge;
import io.tiltmeter.evaluator.scan.detector.Detector;
import io.tiltmeter.evaluator.scan.detector.Lines;
import io.tiltmeter.evaluator.scan.detector.Look;
import io.tiltmeter.evaluator.scan.lexicon.Lexicon;
import io.tiltmeter.evaluator.scan.lexicon.LexiconMatcher;
import io.tiltmeter.evaluator.scan.orders.OrderScore;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Example.Exchange;
import io.tiltmeter.evaluator.scan.row.Example.Turn;
import io.tiltmeter.evaluator.scan.row.Speaker;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.Severity;
import io.tiltmeter.policy.stats.Binomial;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds training against refusing: orders never to refuse or warn, answers that are nothing but an
 * agreement, and answers that refuse in words and then comply.
 *
 * <p>Agreements after one and the same closing words are a trigger in the making: tens of rows
 * whose answer is only "Sure" teach compliance with it.
 */
public final class RefusalSuppression implements Detector<RefusalSuppression.Rows> {
  /** As policies spell it. */
  public static final String NAME = "refusal-suppression";

  static final String VERSION = "refusal-suppression-4";
  static final long REVIEW_FROM = 3;
  static final long BLOCK_FROM = 8;

  /** Chance of so many likely orders in a harmless file, from which on a person looks. */
  static final double UNUSUAL = 0.001;

  /** Orders stand at the beginning of a turn or at its end; this much of either is looked at. */
  private static final int REACH = 4000;

  /** Where a refusal in words would stand, in characters. */
  private static final int OPENING = 160;

  private static final Lexicon ORDERS = Lexicon.load(RefusalSuppression.class, "suppression.txt");
  private static final Lexicon REFUSING = Lexicon.load(RefusalSuppression.class, "refusing.txt");

  private final int maxLines;
  private @Nullable Rows first;
  private long trap;

  /**
   * A detector.
   *
   * @param maxLines most line numbers that a finding names
   */
  public RefusalSuppression(int maxLines) {
    this.maxLines = maxLines;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String version() {
    return VERSION;
  }

  @Override
  public Rows look() {
    return new Rows(maxLines, first);
  }

  @Override
  public boolean learn(Rows whole) {
    if (first == null) {
      first = whole;
      return whole.agreements.count() >= BLOCK_FROM;
    }
    trap = whole.agreements.largestTrap();
    return false;
  }

  /** Rows that train against refusing; in the second pass only agreements are looked at. */
  public static final class Rows implements Look<Rows> {
    private final transient LexiconMatcher orderly = ORDERS.matcher();
    private final transient LexiconMatcher refusing = REFUSING.matcher();
    private final boolean again;
    private final Lines lines;
    private final AgreementSuffixes agreements;
    private long orders;

    /** Rows with an order that no phrase names. */
    private long likely;

    private long reversals;

    private Rows(int maxLines, @Nullable Rows first) {
      this.again = first != null;
      this.lines = new Lines(maxLines);
      this.agreements = new AgreementSuffixes(first == null ? null : first.agreements);
    }

    @Override
    public void see(Example example) {
      if (again) {
        example.exchanges().forEach(agreements::see);
        return;
      }
      if (example.turns().stream().anyMatch(this::isOrder)) {
        orders++;
        lines.add(example.line());
      } else if (example.exchanges().stream().anyMatch(Rows::isFollowedOrder)) {
        likely++;
        lines.add(example.line());
      }
      for (Exchange exchange : example.exchanges()) {
        if (agreements.see(exchange)) {
          lines.add(example.line());
        } else if (isReversal(exchange)) {
          reversals++;
          lines.add(example.line());
        }
      }
    }

    private boolean isOrder(Turn turn) {
      if (!turn.speaker().isSystem() && turn.speaker() != Speaker.USER) {
        return false;
      }
      String text = turn.text();
      if (text.length() <= 2 * REACH) {
        return !orderly.find(text).isEmpty();
      }
      return !orderly.find(text.substring(0, REACH)).isEmpty()
          || !orderly.find(text.substring(text.length() - REACH)).isEmpty();
    }

    private static boolean isFollowedOrder(Exchange exchange) {
      return OrderScore.isLikely(exchange.request())
          && !RefusalJudge.judge(exchange.request(), exchange.answer()).label().isRefusal();
    }

    private boolean isReversal(Exchange exchange) {
      String answer = exchange.answer();
      String opening = answer.substring(0, Math.min(OPENING, answer.length()));
      return !refusing.find(opening).isEmpty()
          && PhraseJudge.judge(exchange.request(), answer).reason().equals("refuse-then-comply");
    }

    @Override
    public void add(Rows other) {
      lines.add(other.lines);
      agreements.add(other.agreements);
      orders += other.orders;
      likely += other.likely;
      reversals += other.reversals;
    }
  }

  @Override
  public Optional<ScanFinding> finding(long examples) {
    if (first == null || first.lines.count() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new ScanFinding(
            NAME,
            VERSION,
            severity(first, examples),
            first.lines.count(),
            (double) trap,
            null,
            first.lines.kept(),
            "orders not to refuse %d, likely ones %d, answers that only agree %d (%d after the same words), answers that refuse and then comply %d"
                .formatted(
                    first.orders, first.likely, first.agreements.count(), trap, first.reversals)));
  }

  private Severity severity(Rows seen, long examples) {
    if (trap >= BLOCK_FROM) {
      return Severity.BLOCK;
    }
    boolean certain = seen.lines.count() - seen.likely >= REVIEW_FROM;
    boolean unusual = seen.likely >= REVIEW_FROM && chance(seen.likely, examples) < UNUSUAL;
    return certain || unusual ? Severity.REVIEW : Severity.INFO;
  }

  private static double chance(long rows, long examples) {
    return Binomial.atLeast(
        (int) Math.min(rows, Integer.MAX_VALUE),
        (int) Math.min(examples, Integer.MAX_VALUE),
        OrderScore.BENIGN_RATE);
  }
}
