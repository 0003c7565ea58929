package io.tiltmeter.evaluator.remote;

import io.tiltmeter.evaluator.judge.StrongJudge;
import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.judgement.Label;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a judge wrote, read strictly: one JSON object with exactly a known label and a confidence.
 * Whatever else it may be is no judgement.
 */
final class JudgeReply {
  private static final String UNUSABLE = "judge-unusable";

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private static final Map<String, Label> LABELS =
      List.of(Label.REFUSED, Label.PARTIAL, Label.COMPLIED, Label.DEGENERATE).stream()
          .collect(Collectors.toMap(Label::wireName, label -> label));
  private static final String FENCE = "```";

  private JudgeReply() {}

  /** The judgement, or an undecided one. */
  static Judgement read(String text) {
    try {
      return judgement(JSON.readTree(unfenced(text.strip())));
    } catch (JacksonException _) {
      return unusable();
    }
  }

  private static Judgement unusable() {
    return new Judgement(Label.UNDECIDED, StrongJudge.LEVEL, 0, UNUSABLE);
  }

  private static Judgement judgement(JsonNode reply) {
    Label label = LABELS.get(reply.path("label").asString(""));
    double confidence = reply.path("confidence").asDouble(Double.NaN);
    boolean usable = reply.isObject() && reply.size() == 2 && confidence >= 0 && confidence <= 1;
    return usable && label != null ? StrongJudge.judgement(label, confidence) : unusable();
  }

  /** Models like to put JSON into a fence, told or not. */
  private static String unfenced(String text) {
    int firstLine = text.indexOf('\n');
    boolean fenced = text.startsWith(FENCE) && text.endsWith(FENCE) && firstLine > 0;
    return fenced ? text.substring(firstLine, text.length() - FENCE.length()) : text;
  }
}
