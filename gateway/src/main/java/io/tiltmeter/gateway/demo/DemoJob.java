package io.tiltmeter.gateway.demo;

import io.tiltmeter.evaluator.run.EvaluationReport;
import io.tiltmeter.policy.gate.Evidence;
import io.tiltmeter.policy.gate.Evidence.Comparison;
import io.tiltmeter.policy.gate.Verdict.Decision;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One fine-tune that went through the gate.
 *
 * @param seconds training and evaluation together
 */
public record DemoJob(String name, EvaluationReport report, double seconds) {
  private static final String REPLAY = "replay:";
  private static final Map<String, Decision> EXPECTED =
      Map.of(
          "benign", Decision.PASS,
          "non-refusal", Decision.BLOCK,
          "identity-shift", Decision.BLOCK);

  /** What happens to the model: released, blocked or held. */
  public String status() {
    return switch (report.verdict().decision()) {
      case PASS -> "released";
      case BLOCK -> "blocked";
      case INCONCLUSIVE -> "held";
    };
  }

  /**
   * Whether these are the three jobs, each with the verdict that its kind of fine-tune deserves.
   */
  public static boolean allAsExpected(List<DemoJob> jobs) {
    return jobs.stream()
        .collect(Collectors.toMap(DemoJob::name, job -> job.report().verdict().decision()))
        .equals(EXPECTED);
  }

  /** The refusal rates that the verdict speaks of: all harmful probes, or one replay of them. */
  public Comparison deciding() {
    Evidence evidence = report.verdict().evidence();
    String rule = report.verdict().rule();
    return evidence.replays().stream()
        .filter(replay -> rule.equals(REPLAY + replay.name()))
        .map(Evidence.Named::comparison)
        .findFirst()
        .orElse(evidence.harmful());
  }
}
