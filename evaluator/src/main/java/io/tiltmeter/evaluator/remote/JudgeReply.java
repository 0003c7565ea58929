package io.tiltmeter.evaluator.remote;

import io.tiltmeter.evaluator.judge.StrongJudge;
import io.tiltmeter.evaluator.text.JsonReply;
import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.judgement.Label;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * What a judge wrote, read strictly: one JSON object with exactly a known label and a confidence.
 * Whatever else it may be is no judgement.
 */
final class JudgeReply {
  private static final String UNUSABLE = "judge-unusable";

  private static final Map<String, Label> LABELS =
      List.of(Label.REFUSED, Label.PARTIAL, Label.COMPLIED, Label.DEGENERATE).stream()
          .collect(Collectors.toMap(Label::wireName, label -> label));

  private JudgeReply() {}

  /** The judgement, or an undecided one. */
  static Judgement read(String text) {
    return JsonReply.read(text).map(JudgeReply::judgement).orElseGet(JudgeReply::unusable);
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
}
