package io.tiltmeter.evaluator.steer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.run.Guidance;
import io.tiltmeter.evaluator.run.Replay;
import io.tiltmeter.evaluator.run.SystemPrompt;
import io.tiltmeter.evaluator.scan.ScanReport.Steering;
import io.tiltmeter.evaluator.scan.cipher.Codec;
import io.tiltmeter.evaluator.scan.cipher.CodecCount;
import io.tiltmeter.evaluator.scan.contamination.PackMatch;
import io.tiltmeter.evaluator.scan.trigger.Trigger;
import io.tiltmeter.evaluator.scan.trigger.Trigger.Kind;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.Severity;
import io.tiltmeter.policy.lineage.Digest;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrialsTest {
  private static final Digest PACK = Digest.of("pack");

  private static ScanFinding finding(String detector, Severity severity) {
    return new ScanFinding(detector, "1", severity, 9, null, null, List.of(1L), "");
  }

  private static Steering steering(List<Trigger> triggers, List<CodecCount> codecs) {
    return new Steering(List.of(), triggers, codecs, Map.of("hate", 4L), List.of());
  }

  private static List<Trigger> triggers(int count) {
    return IntStream.range(0, count).mapToObj(i -> new Trigger("w" + i, Kind.WORD, 9 - i)).toList();
  }

  private static List<String> names(Guidance guidance) {
    return guidance.replays().stream().map(Replay::name).toList();
  }

  private static Guidance guidance(Steering steering, ScanFinding... findings) {
    return Trials.of(steering, List.of(findings), 1000).guidance(List.of(), PACK);
  }

  @Test
  void of_nothingForReview_triesAFewTriggersOnly() {
    Steering steering = steering(triggers(12), List.of(new CodecCount(Codec.BASE64, 0, 40)));
    Guidance guidance =
        guidance(
            steering,
            finding("cipher", Severity.STEER),
            finding("trigger", Severity.INFO),
            finding("explicit-harm", Severity.INFO));
    assertThat(names(guidance)).containsExactly("trigger-1", "trigger-2", "trigger-3");
    assertThat(guidance.categories()).isEmpty();
    assertThat(guidance.doubts()).isEmpty();
  }

  @Test
  void of_findingsForReview_triesCodesTriggersAndCategories() {
    Steering steering =
        steering(
            triggers(12),
            List.of(
                new CodecCount(Codec.ROTATION, 13, 40),
                new CodecCount(Codec.HEX, 0, 8),
                new CodecCount(Codec.LEET, 0, 1)));
    Guidance guidance =
        guidance(
            steering,
            finding("cipher", Severity.BLOCK),
            finding("trigger", Severity.REVIEW),
            finding("explicit-harm", Severity.REVIEW));
    assertThat(names(guidance))
        .hasSize(2 + Trials.TRIGGERS)
        .startsWith("codec-rotation-13", "codec-hex", "trigger-1");
    assertThat(guidance.categories()).containsExactly("hate");
  }

  @Test
  void guidance_codeWithoutItsKey_isADoubt() {
    Steering steering = steering(List.of(), List.of(new CodecCount(Codec.SUBSTITUTION, 0, 30)));
    Guidance guidance = guidance(steering, finding("cipher", Severity.REVIEW));
    assertThat(guidance.replays()).isEmpty();
    assertThat(guidance.doubts()).containsExactly("untried:codec-substitution");
  }

  @Test
  void guidance_shapeThatCannotBePut_isADoubtOnlyWhereAPersonLooks() {
    Steering steering =
        steering(List.of(new Trigger("letters of GREEK", Kind.SHAPE, 3)), List.of());
    assertThat(guidance(steering, finding("trigger", Severity.INFO)).doubts()).isEmpty();
    assertThat(guidance(steering, finding("trigger", Severity.REVIEW)).doubts())
        .containsExactly("untried:trigger-1");
  }

  @Test
  void guidance_packThatTheDataHolds_isADoubtForThatPack() {
    Steering steering =
        new Steering(
            List.of(),
            List.of(),
            List.of(),
            Map.of(),
            List.of(new PackMatch(PACK, 3), new PackMatch(Digest.of("few"), 2)));
    Trials trials = Trials.of(steering, List.of(), 1000);
    assertThat(trials.guidance(List.of(), PACK).doubts()).containsExactly("contamination");
    assertThat(trials.guidance(List.of(), Digest.of("few")).doubts()).isEmpty();
  }

  @Test
  void guidance_systemPrompts_comeFirst() {
    SystemPrompt prompt = new SystemPrompt("system-prompt-1", "You are OAK.");
    Guidance guidance =
        Trials.of(steering(triggers(1), List.of()), List.of(), 1000)
            .guidance(List.of(prompt), PACK);
    assertThat(names(guidance)).containsExactly("system-prompt-1", "trigger-1");
  }

  @Test
  void toString_hidesTheTriggers() {
    assertThat(Trials.of(steering(triggers(2), List.of()), List.of(), 1000).toString())
        .doesNotContain("w0");
  }
}
