package io.tiltmeter.evaluator.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.tiltmeter.evaluator.checkpoint.Adapter;
import io.tiltmeter.evaluator.checkpoint.Adapter.Site;
import io.tiltmeter.evaluator.checkpoint.Checkpoint;
import io.tiltmeter.evaluator.checkpoint.Gemma;
import io.tiltmeter.evaluator.checkpoint.ModelConfig;
import io.tiltmeter.evaluator.checkpoint.Projection;
import io.tiltmeter.evaluator.checkpoint.TensorEntry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the ONNX graph of a Llama-like checkpoint, whose weights stay in their safetensors files.
 * One run feeds tokens to B sequences and picks each one's next token; sequences are padded on the
 * right. Every projection that the adapter changes takes its low-rank pair as two inputs, so rows
 * with and without adapter share one run.
 */
final class DecoderGraph {
  /** int64 [B, S]. */
  static final String INPUT_IDS = "input_ids";

  /** int32 [B]: length of each sequence after this run, less one. */
  static final String SEQUENCE_ENDS = "sequence_ends";

  /** int32 scalar: longest sequence after this run. */
  static final String LONGEST = "longest";

  /** int64 [B, 1]: column of each sequence's last real token in this run. */
  static final String LAST_COLUMN = "last_column";

  /** bool [B, 1, 1]: rows that the adapter acts on; only where there is one. */
  static final String ADAPTED = "adapted";

  /** float32 [B, vocabulary], at each sequence's last token. */
  static final String LOGITS = "logits";

  /** int64 [B]: the largest logit's token. */
  static final String NEXT = "next";

  /** float32 [B]: sum of the logits, which is finite only if every logit is. */
  static final String LOGIT_SUM = "logit_sum";

  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String HEAD = "lm_head.weight";

  private static final Op MULTIPLY = Op.standard("Mul");
  private static final Op AT_LAST_COLUMN = Op.standard("GatherND").with("batch_dims", 1);

  private final OnnxGraph graph = new OnnxGraph();
  private final ModelConfig config;
  private final @Nullable Gemma gemma;
  private final boolean adapted;
  private final GraphWeights weights;
  private final TunedRows tuned;
  private final Linear headLinear;
  private final Projections projections;
  private final Attention attention;

  private DecoderGraph(
      Checkpoint checkpoint,
      @Nullable Adapter adapter,
      Path folder,
      WeightFormat format,
      QuantisedWeights quantised) {
    this.config = checkpoint.config();
    this.gemma = config.traits().gemma();
    this.adapted = adapter != null;
    Map<String, TensorEntry> replaced = adapter == null ? Map.of() : adapter.replaced();
    this.weights = new GraphWeights(graph, TunedRows.both(checkpoint.tensors(), replaced), folder);
    this.tuned = new TunedRows(graph, weights, replaced.keySet(), gemma != null);
    Linear blocks = new BlockLinear(graph, weights, quantised);
    Linear floats = new FloatLinear(graph, weights);
    this.headLinear = format == WeightFormat.FLOAT32 ? floats : blocks;
    Linear linear =
        switch (format) {
          case FLOAT32 -> floats;
          case INT8_BLOCKS -> blocks;
          case INT8_ROWS -> new RowLinear(graph, weights, quantised, new RowProducts(graph));
        };
    this.projections =
        new Projections(
            graph,
            tuned,
            linear,
            config.traits().biased(),
            adapter == null ? Map.of() : adapter.pairs());
    this.attention = new Attention(graph, config, tuned, projections);
  }

  /**
   * The serialized model.
   *
   * @param folder holds all weight files, directly or deeper
   * @param quantised receives what the format needs; stays empty in float32
   */
  static byte[] of(
      Checkpoint checkpoint,
      @Nullable Adapter adapter,
      Path folder,
      WeightFormat format,
      QuantisedWeights quantised) {
    return new DecoderGraph(checkpoint, adapter, folder, format, quantised).build();
  }

  static String past(int layer, String part) {
    return "past." + layer + "." + part;
  }

  static String present(int layer, String part) {
    return "present." + layer + "." + part;
  }

  static String down(Site site) {
    return "lora_a." + site.layer() + "." + site.projection();
  }

  static String up(Site site) {
    return "lora_b." + site.layer() + "." + site.projection();
  }

  /** RMS norm over the last dimension. */
  static Op norm(ModelConfig config) {
    return Op.standard("SimplifiedLayerNormalization")
        .with("axis", -1)
        .with("epsilon", config.rmsNormEps());
  }

  private byte[] build() {
    declareInputs();
    tuned.begin();
    attention.begin();
    String embedded = embedding();
    Stream stream =
        new Stream(embedded, tuned.normed(norm(config), embedded, inputNorm(0), ADAPTED));
    String branch = "";
    for (int layer = 0; layer < config.layers(); layer++) {
      if (layer > 0) {
        stream = added(stream, branch, inputNorm(layer));
      }
      String attended = ended(attention.add(layer, stream.normed()), layer, "post_attention");
      stream = added(stream, attended, afterAttentionNorm(layer));
      branch = ended(feedForward(layer, stream.normed()), layer, "post_feedforward");
    }
    head(stream.residual(), branch);
    return graph.toModel();
  }

  private void declareInputs() {
    graph.input(INPUT_IDS, DataType.INT64, "B", "S");
    graph.input(SEQUENCE_ENDS, DataType.INT32, "B");
    graph.input(LONGEST, DataType.INT32);
    graph.input(LAST_COLUMN, DataType.INT64, "B", 1);
    if (adapted) {
      graph.input(ADAPTED, DataType.BOOL, "B", 1, 1);
      graph.floats("zero", new float[] {0}, 1);
    }
  }

  private String embedding() {
    String base = looked(EMBEDDING);
    String rows =
        tuned.has(EMBEDDING)
            ? graph.add(TunedRows.WHERE, ADAPTED, looked(TunedRows.own(EMBEDDING)), base)
            : base;
    if (gemma == null) {
      return rows;
    }
    graph.floats("embedding_scale", new float[] {(float) Math.sqrt(config.hidden())}, 1);
    return graph.add(MULTIPLY, rows, "embedding_scale");
  }

  /** A branch as the residual takes it: Gemma norms it once more. */
  private String ended(String branch, int layer, String norm) {
    String weight = "model.layers.%d.%s_layernorm.weight".formatted(layer, norm);
    return gemma == null ? branch : tuned.normed(norm(config), branch, weight, ADAPTED);
  }

  /** Rows are gathered in the file's type, so a 16-bit table is not widened for the look-up. */
  private String looked(String table) {
    String rows = graph.add(Op.standard("Gather"), weights.stored(table), INPUT_IDS);
    return weights.isFloat(table) ? rows : graph.add(GraphWeights.TO_FLOAT, rows);
  }

  /** SwiGLU or GeGLU (Shazeer 2020); QuickGelu with alpha 1 is x * sigmoid(x). */
  private String feedForward(int layer, String x) {
    String gate = projections.add(layer, Projection.GATE, x);
    String up = projections.add(layer, Projection.UP, x);
    Op activation =
        gemma == null ? Op.microsoft("QuickGelu").with("alpha", 1f) : Op.microsoft("FastGelu");
    String gated = graph.add(activation, gate);
    return projections.add(layer, Projection.DOWN, graph.add(MULTIPLY, gated, up));
  }

  private void head(String residual, String branch) {
    String last =
        graph.add(
            Projections.ADD,
            graph.add(AT_LAST_COLUMN, residual, LAST_COLUMN),
            graph.add(AT_LAST_COLUMN, branch, LAST_COLUMN));
    String states = tuned.normed(norm(config), last, "model.norm.weight", TunedRows.OF_ROWS);
    graph.add(Op.standard("Identity"), List.of(capped(logits(states))), List.of(LOGITS));
    graph.output(LOGITS, DataType.FLOAT, "B", config.vocabulary());
    graph.add(
        Op.standard("ArgMax").with("axis", -1).with("keepdims", 0), List.of(LOGITS), List.of(NEXT));
    graph.output(NEXT, DataType.INT64, "B");
    graph.longs("vocabulary_axis", 1);
    graph.add(
        Op.standard("ReduceSum").with("keepdims", 0),
        List.of(LOGITS, "vocabulary_axis"),
        List.of(LOGIT_SUM));
    graph.output(LOGIT_SUM, DataType.FLOAT, "B");
  }

  private String capped(String logits) {
    if (gemma == null || gemma.logitCap() == 0) {
      return logits;
    }
    graph.floats("logit_cap", new float[] {(float) gemma.logitCap()}, 1);
    String part = graph.add(Op.standard("Div"), logits, "logit_cap");
    return graph.add(MULTIPLY, graph.add(Op.standard("Tanh"), part), "logit_cap");
  }

  private String logits(String x) {
    String base = config.tiedEmbeddings() ? EMBEDDING : HEAD;
    return tuned.has(HEAD)
        ? tuned.times(headLinear, x, base, TunedRows.own(HEAD))
        : headLinear.times(x, base);
  }

  /** Adds a branch to the residual and norms the sum, in one operator. */
  private Stream added(Stream before, String branch, String weight) {
    String sum = weight + ".sum";
    String normed = weight + ".normed";
    graph.add(
        Op.microsoft("SkipSimplifiedLayerNormalization").with("epsilon", config.rmsNormEps()),
        List.of(before.residual(), branch, tuned.gain(weight)),
        List.of(normed, "", "", sum));
    return new Stream(sum, tuned.scaled(normed, weight, ADAPTED));
  }

  private static String inputNorm(int layer) {
    return "model.layers." + layer + ".input_layernorm.weight";
  }

  private String afterAttentionNorm(int layer) {
    String norm = gemma == null ? "post_attention" : "pre_feedforward";
    return "model.layers.%d.%s_layernorm.weight".formatted(layer, norm);
  }

  /** The residual sum so far, and the same after RMS norm. */
  private record Stream(String residual, String normed) {}
}
