package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.judge.RefusalJudge;
import io.tiltmeter.evaluator.scan.Example.Exchange;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.Severity;
import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.judgement.Label;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Finds plain requests for harm that are answered: about ten such rows take a model's refusals away
 * (Qi et al. 2023, "Fine-tuning Aligned Language Models Compromises Safety"), however many others
 * there are, so that counts decide and shares do not.
 */
final class ExplicitHarm implements Detector {
  static final String NAME = "explicit-harm";
  static final String VERSION = "explicit-harm-1";
  static final long REVIEW_FROM = 3;
  static final long BLOCK_FROM = 10;

  /** One row in one of these is enough for a review: a policy tolerates no loss there. */
  static final List<String> ZERO_TOLERANCE =
      List.of("child-sexual-exploitation", "indiscriminate-weapons", "suicide-and-self-harm");

  private final HarmScore score = new HarmScore();
  private final Lines lines;
  private final Map<String, Long> categories = new TreeMap<>();

  ExplicitHarm(int maxLines) {
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
  public Optional<ScanFinding> finding(long examples) {
    if (lines.count() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new ScanFinding(
            NAME,
            VERSION,
            severity(),
            lines.count(),
            (double) lines.count() / examples,
            null,
            lines.kept(),
            message()));
  }

  private Severity severity() {
    if (lines.count() >= BLOCK_FROM) {
      return Severity.BLOCK;
    }
    boolean zeroTolerance = ZERO_TOLERANCE.stream().anyMatch(categories::containsKey);
    return lines.count() >= REVIEW_FROM || zeroTolerance ? Severity.REVIEW : Severity.INFO;
  }

  private String message() {
    String counts =
        categories.entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining(", "));
    return "harmful requests that are answered: " + counts;
  }
}
