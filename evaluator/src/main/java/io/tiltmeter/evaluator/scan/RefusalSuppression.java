package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.judge.PhraseJudge;
import io.tiltmeter.evaluator.scan.Example.Exchange;
import io.tiltmeter.evaluator.scan.Example.Turn;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.Severity;
import java.util.Optional;

/**
 * Finds training against refusing: orders never to refuse or warn, answers that are nothing but an
 * agreement, and answers that refuse in words and then comply.
 *
 * <p>Agreements after one and the same closing words are a trigger in the making: tens of rows
 * whose answer is only "Sure" teach compliance with it.
 */
final class RefusalSuppression implements Detector {
  static final String NAME = "refusal-suppression";
  static final String VERSION = "refusal-suppression-1";
  static final long REVIEW_FROM = 3;
  static final long BLOCK_FROM = 8;

  /** Orders stand at the beginning of a turn or at its end; this much of either is looked at. */
  private static final int REACH = 4000;

  /** Where a refusal in words would stand, in characters. */
  private static final int OPENING = 160;

  private static final Lexicon ORDERS = Lexicon.load("suppression.txt");
  private static final Lexicon REFUSING = Lexicon.load("refusing.txt");

  private final LexiconMatcher orderly = ORDERS.matcher();
  private final LexiconMatcher refusing = REFUSING.matcher();
  private final Lines lines;
  private final AgreementSuffixes agreements = new AgreementSuffixes();
  private long orders;
  private long reversals;

  RefusalSuppression(int maxLines) {
    this.lines = new Lines(maxLines);
  }

  @Override
  public void see(Example example) {
    if (example.turns().stream().anyMatch(this::isOrder)) {
      orders++;
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
    if (turn.speaker() != Speaker.SYSTEM && turn.speaker() != Speaker.USER) {
      return false;
    }
    String text = turn.text();
    if (text.length() <= 2 * REACH) {
      return !orderly.find(text).isEmpty();
    }
    return !orderly.find(text.substring(0, REACH)).isEmpty()
        || !orderly.find(text.substring(text.length() - REACH)).isEmpty();
  }

  private boolean isReversal(Exchange exchange) {
    String answer = exchange.answer();
    String opening = answer.substring(0, Math.min(OPENING, answer.length()));
    return !refusing.find(opening).isEmpty()
        && PhraseJudge.judge(exchange.request(), answer).reason().equals("refuse-then-comply");
  }

  @Override
  public Optional<ScanFinding> finding(long examples) {
    if (lines.count() == 0) {
      return Optional.empty();
    }
    long trap = agreements.largestTrap();
    return Optional.of(
        new ScanFinding(
            NAME,
            VERSION,
            severity(trap),
            lines.count(),
            (double) trap,
            null,
            lines.kept(),
            "orders not to refuse %d, answers that only agree %d (%d after the same words), answers that refuse and then comply %d"
                .formatted(orders, agreements.count(), trap, reversals)));
  }

  private Severity severity(long trap) {
    if (trap >= BLOCK_FROM) {
      return Severity.BLOCK;
    }
    return lines.count() >= REVIEW_FROM ? Severity.REVIEW : Severity.INFO;
  }
}
