package io.tiltmeter.evaluator.checkpoint;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads from {@code config.json} what models of the Gemma families follow and no others do. */
final class GemmaReader {
  private static final String SCORE_CAP = "attn_logit_softcapping";
  private static final String LOGIT_CAP = "final_logit_softcapping";
  private static final String SCALAR = "query_pre_attn_scalar";

  /** What {@code Gemma2Config} and {@code Gemma3TextConfig} take an absent member for. */
  private static final double DEFAULT_SCALAR = 256;

  private static final double DEFAULT_SCORE_CAP = 50;
  private static final double DEFAULT_LOGIT_CAP = 30;

  private final JsonMembers json;
  private final Family family;

  private GemmaReader(JsonMembers json, Family family) {
    this.json = json;
    this.family = family;
  }

  /**
   * Reads scale, caps and the rotation of local layers.
   *
   * @param rope of the other layers
   * @return null for other families
   * @throws ModelException naming a member that is out of range or asks for what cannot be run, or
   *     is another family's
   */
  static @Nullable Gemma read(JsonMembers json, Family family, Rope rope, int headDim) {
    if (!family.isGemma()) {
      for (String name : List.of(SCORE_CAP, LOGIT_CAP, SCALAR)) {
        json.refuseSet(name, "no model of type %s has it".formatted(family.modelType()));
      }
      return null;
    }
    json.refuseSet("use_bidirectional_attention", "an answer is written from what is before it");
    return new GemmaReader(json, family).read(rope, headDim);
  }

  private Gemma read(Rope rope, int headDim) {
    double scale = 1 / Math.sqrt(json.positiveReal(SCALAR, DEFAULT_SCALAR));
    if (family == Family.GEMMA2) {
      return new Gemma(
          scale, cap(SCORE_CAP, DEFAULT_SCORE_CAP), cap(LOGIT_CAP, DEFAULT_LOGIT_CAP), rope);
    }
    json.refuseSet(SCORE_CAP, "no model of type %s follows it".formatted(family.modelType()));
    return new Gemma(scale, 0, cap(LOGIT_CAP, 0), RopeReader.local(json, headDim));
  }

  /** Null stands for no bound, an absent member for the default. */
  private double cap(String name, double absent) {
    boolean off = json.root().has(name) && json.find(name).isEmpty();
    return off ? 0 : json.positiveReal(name, absent);
  }
}
