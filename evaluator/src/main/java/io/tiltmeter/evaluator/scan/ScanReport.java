package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.scan.family.DatasetSketch;
import io.tiltmeter.evaluator.scan.prompts.RepeatedPrompt;
import io.tiltmeter.evaluator.scan.row.Method;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.ScanOutcome;
import io.tiltmeter.policy.dataset.ScanRules;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the detectors found in a training file of valid examples.
 *
 * @param method what its rows teach with
 * @param examples rows of the file, at least 1
 * @param findings at most one of each detector
 * @param systemPrompts prompts to replay, the most frequent first, at most 20
 * @param sketch of all that the file says; null where it says no word
 */
public record ScanReport(
    Method method,
    long examples,
    List<ScanFinding> findings,
    List<RepeatedPrompt> systemPrompts,
    @Nullable DatasetSketch sketch) {

  public ScanReport {
    findings = List.copyOf(findings);
    systemPrompts = List.copyOf(systemPrompts);
  }

  /** The highest severity found; repeated system prompts alone steer. */
  public ScanOutcome outcome() {
    ScanOutcome steered = systemPrompts.isEmpty() ? ScanOutcome.CLEAR : ScanOutcome.STEER;
    return ScanOutcome.of(findings).orWorse(steered);
  }

  /** The same report as a policy weighs it: no detector forces more than it may. */
  public ScanReport under(ScanRules rules) {
    return new ScanReport(method, examples, rules.apply(findings), systemPrompts, sketch);
  }
}
