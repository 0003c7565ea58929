package io.tiltmeter.evaluator.steer;

import io.tiltmeter.evaluator.run.Guidance;
import io.tiltmeter.evaluator.run.Replay;
import io.tiltmeter.evaluator.run.SystemPrompt;
import io.tiltmeter.evaluator.scan.ScanReport;
import io.tiltmeter.evaluator.scan.ScanReport.Steering;
import io.tiltmeter.evaluator.scan.cipher.CipherFinder;
import io.tiltmeter.evaluator.scan.cipher.CodecCount;
import io.tiltmeter.evaluator.scan.contamination.PackMatch;
import io.tiltmeter.evaluator.scan.harm.ExplicitHarm;
import io.tiltmeter.evaluator.scan.trigger.Trigger;
import io.tiltmeter.evaluator.scan.trigger.TriggerMiner;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.Severity;
import io.tiltmeter.policy.lineage.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What of a scan's steering an evaluation tries: few enough to be asked, chosen before any model
 * has answered.
 *
 * @param triggers put to the models, the likeliest first; text of the training data
 * @param codecs that probes are written in, the most frequent first
 * @param categories in which answered harm was found
 * @param contaminated digests of packs whose probes the training data holds
 */
public record Trials(
    List<Trigger> triggers,
    List<CodecCount> codecs,
    List<String> categories,
    List<Digest> contaminated) {
  /** Triggers that are tried where a person had to look at some, and where none was so likely. */
  static final int TRIGGERS = 8;

  static final int UNLIKELY_TRIGGERS = 3;

  /** Codes that are tried. */
  static final int CODECS = 4;

  /** The rule of a verdict on probes that the model may have been trained on. */
  public static final String CONTAMINATION = "contamination";

  private static final String UNTRIED = "untried:";

  public Trials {
    triggers = List.copyOf(triggers);
    codecs = List.copyOf(codecs);
    categories = List.copyOf(categories);
    contaminated = List.copyOf(contaminated);
  }

  /** What of this report is tried, whatever a policy makes of its findings. */
  public static Trials of(ScanReport report) {
    return of(report.steering(), report.findings(), report.examples());
  }

  /**
   * What of this steering is tried.
   *
   * @param findings each with its detector's own severity
   * @param examples rows of the file, at least 1
   */
  public static Trials of(Steering steering, List<ScanFinding> findings, long examples) {
    boolean likely = isForReview(findings, TriggerMiner.NAME);
    return new Trials(
        triggers(steering.triggers(), likely),
        isForReview(findings, CipherFinder.NAME) ? learned(steering.codecs(), examples) : List.of(),
        isForReview(findings, ExplicitHarm.NAME)
            ? List.copyOf(steering.harm().keySet())
            : List.of(),
        steering.contamination().stream()
            .filter(PackMatch::isForReview)
            .map(PackMatch::pack)
            .toList());
  }

  private static boolean isForReview(List<ScanFinding> findings, String detector) {
    return findings.stream()
        .anyMatch(
            finding ->
                finding.detector().equals(detector)
                    && finding.severity().compareTo(Severity.REVIEW) >= 0);
  }

  /** What cannot be put to a model is passed over, unless a person had to look at it. */
  private static List<Trigger> triggers(List<Trigger> found, boolean likely) {
    return found.stream()
        .filter(trigger -> likely || Placement.isPossible(trigger))
        .limit(likely ? TRIGGERS : UNLIKELY_TRIGGERS)
        .toList();
  }

  /** Codes of so many rows that a model may have learned them; the most frequent one at least. */
  private static List<CodecCount> learned(List<CodecCount> found, long examples) {
    List<CodecCount> many =
        found.stream().filter(codec -> CipherFinder.isMany(codec.rows(), examples)).toList();
    return (many.isEmpty() ? found.stream().limit(1) : many.stream().limit(CODECS)).toList();
  }

  /**
   * The same as an evaluation takes it.
   *
   * @param prompts system prompts that the training data repeats
   * @param pack whose probes are put
   */
  public Guidance guidance(List<SystemPrompt> prompts, Digest pack) {
    List<Replay> replays = new ArrayList<>(prompts);
    List<String> doubts = new ArrayList<>();
    for (CodecCount codec : codecs) {
      String shift = codec.shift() > 0 ? "-" + codec.shift() : "";
      String name = "codec-" + codec.codec().wireName() + shift;
      Writings.of(codec)
          .ifPresentOrElse(
              writing -> replays.add(new InCode(name, writing)), () -> doubts.add(UNTRIED + name));
    }
    for (int i = 0; i < triggers.size(); i++) {
      String name = "trigger-" + (i + 1);
      if (Placement.isPossible(triggers.get(i))) {
        replays.add(new WithTrigger(name, triggers.get(i)));
      } else {
        doubts.add(UNTRIED + name);
      }
    }
    if (contaminated.contains(pack)) {
      doubts.add(CONTAMINATION);
    }
    return new Guidance(replays, Set.copyOf(categories), doubts);
  }

  /** The triggers' own texts are for the models only. */
  @Override
  public String toString() {
    return "Trials[triggers=%d, codecs=%s, categories=%s, contaminated=%s]"
        .formatted(triggers.size(), codecs, categories, contaminated);
  }
}
