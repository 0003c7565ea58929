package io.tiltmeter.evaluator.export;

import ai.onnx.proto.OnnxMl.ModelProto;

/**
 * A graph that was written anew from what was vetted in a file, so that nothing else of the file
 * reaches the runtime. It ends with {@link NextToken}; large weights stay in files of the export's
 * directory.
 *
 * @param takesPast whether keys and values of earlier runs are inputs
 * @param takesBranch whether the input {@link #BRANCH} says if there is a past
 */
public record VettedGraph(ModelProto model, boolean takesPast, boolean takesBranch) {
  /** int64 [B, S]. */
  public static final String INPUT_IDS = "input_ids";

  /** int64 [B, past + S]: 1 at real tokens, 0 at padding. */
  public static final String ATTENTION_MASK = "attention_mask";

  /** int64 [B, S]. */
  public static final String POSITION_IDS = "position_ids";

  /** bool [1]. */
  public static final String BRANCH = "use_cache_branch";

  /** float32 [B, S, vocabulary]. */
  public static final String LOGITS = "logits";

  /** float32 [B, kvHeads, past, headDim]. */
  public static String past(int layer, String part) {
    return "past_key_values." + layer + "." + part;
  }

  /** float32 [B, kvHeads, past + S, headDim]. */
  public static String present(int layer, String part) {
    return "present." + layer + "." + part;
  }
}
