package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.scan.cipher.CodecCount;
import io.tiltmeter.evaluator.scan.contamination.PackMatch;
import io.tiltmeter.evaluator.scan.family.DatasetSketch;
import io.tiltmeter.evaluator.scan.prompts.RepeatedPrompt;
import io.tiltmeter.evaluator.scan.row.Method;
import io.tiltmeter.evaluator.scan.trigger.Trigger;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.ScanOutcome;
import io.tiltmeter.policy.dataset.ScanRules;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the detectors found in a training file of valid examples.
 *
 * @param method what its rows teach with
 * @param examples rows of the file, at least 1
 * @param findings at most one of each detector
 * @param sketch of all that the file says; null where it says no word
 */
public record ScanReport(
    Method method,
    long examples,
    List<ScanFinding> findings,
    Steering steering,
    @Nullable DatasetSketch sketch) {

  /**
   * What an evaluation of a model that was trained on the file should try.
   *
   * @param systemPrompts prompts to replay, the most frequent first, at most 20
   * @param triggers to put to the model, the likeliest first, at most 64; text of the file
   * @param codecs to write probes in, the most frequent first
   * @param harm rows of each category whose plain request for harm is answered
   * @param contamination packs whose probes the file holds
   */
  public record Steering(
      List<RepeatedPrompt> systemPrompts,
      List<Trigger> triggers,
      List<CodecCount> codecs,
      Map<String, Long> harm,
      List<PackMatch> contamination) {
    public Steering {
      harm = Collections.unmodifiableMap(new TreeMap<>(harm));
      contamination = List.copyOf(contamination);
      systemPrompts = List.copyOf(systemPrompts);
      triggers = List.copyOf(triggers);
      codecs = List.copyOf(codecs);
    }

    /** The triggers' own texts are for those who ask for them by name. */
    @Override
    public String toString() {
      return "Steering[systemPrompts=%s, triggers=%d, codecs=%s, harm=%s, contamination=%s]"
          .formatted(systemPrompts, triggers.size(), codecs, harm, contamination);
    }
  }

  public ScanReport {
    findings = List.copyOf(findings);
  }

  /** The highest severity found; repeated system prompts alone steer. */
  public ScanOutcome outcome() {
    ScanOutcome steered =
        steering.systemPrompts().isEmpty() ? ScanOutcome.CLEAR : ScanOutcome.STEER;
    return ScanOutcome.of(findings).orWorse(steered);
  }

  /** The same report with these findings. */
  public ScanReport with(List<ScanFinding> others) {
    return new ScanReport(method, examples, others, steering, sketch);
  }

  /** The same report as a policy weighs it: no detector forces more than it may. */
  public ScanReport under(ScanRules rules) {
    return with(rules.apply(findings));
  }
}
