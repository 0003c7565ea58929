package io.tiltmeter.evaluator.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.tiltmeter.evaluator.checkpoint.Adapter;
import io.tiltmeter.evaluator.checkpoint.Adapter.LowRankPair;
import io.tiltmeter.evaluator.checkpoint.Adapter.Site;
import io.tiltmeter.evaluator.checkpoint.Checkpoint;
import io.tiltmeter.evaluator.checkpoint.Dtype;
import io.tiltmeter.evaluator.checkpoint.ModelConfig;
import io.tiltmeter.evaluator.checkpoint.Projection;
import io.tiltmeter.evaluator.checkpoint.TensorEntry;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the ONNX graph of a Llama-family checkpoint, whose weights stay in their safetensors
 * files. One run feeds tokens to B sequences and picks each one's next token; sequences are padded
 * on the right. Every projection that the adapter changes takes its low-rank pair as two inputs, so
 * rows with and without adapter share one run.
 */
final class LlamaGraph {
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

  private static final Op TO_FLOAT = Op.standard("Cast").with("to", DataType.FLOAT.getNumber());
  private static final Op ADD = Op.standard("Add");
  private static final Op TIMES_TRANSPOSED = Op.microsoft("FusedMatMul").with("transB", 1);
  private static final Op AT_LAST_COLUMN = Op.standard("GatherND").with("batch_dims", 1);

  private final OnnxGraph graph = new OnnxGraph();
  private final Set<String> declared = new HashSet<>();
  private final ModelConfig config;
  private final Map<String, TensorEntry> tensors;
  private final Map<Site, LowRankPair> pairs;
  private final Path folder;

  private LlamaGraph(Checkpoint checkpoint, @Nullable Adapter adapter, Path folder) {
    this.config = checkpoint.config();
    this.tensors = checkpoint.tensors();
    this.pairs = adapter == null ? Map.of() : adapter.pairs();
    this.folder = folder;
  }

  /**
   * The serialized model.
   *
   * @param folder holds all weight files, directly or deeper
   */
  static byte[] of(Checkpoint checkpoint, @Nullable Adapter adapter, Path folder) {
    return new LlamaGraph(checkpoint, adapter, folder).build();
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

  private byte[] build() {
    declareInputs();
    rotaryTables();
    String embedded = embedding();
    Stream stream = new Stream(embedded, normed(embedded, inputNorm(0)));
    String branch = "";
    for (int layer = 0; layer < config.layers(); layer++) {
      if (layer > 0) {
        stream = added(stream, branch, inputNorm(layer));
      }
      stream = added(stream, attention(layer, stream.normed()), afterAttentionNorm(layer));
      branch = feedForward(layer, stream.normed());
    }
    head(stream.residual(), branch);
    return graph.toModel();
  }

  private void declareInputs() {
    graph.input(INPUT_IDS, DataType.INT64, "B", "S");
    graph.input(SEQUENCE_ENDS, DataType.INT32, "B");
    graph.input(LONGEST, DataType.INT32);
    graph.input(LAST_COLUMN, DataType.INT64, "B", 1);
    if (!pairs.isEmpty()) {
      graph.input(ADAPTED, DataType.BOOL, "B", 1, 1);
      graph.floats("zero", new float[] {0}, 1);
    }
  }

  /** Cosine and sine of position times frequency (Su et al. 2021, RoFormer, section 3.2.2). */
  private void rotaryTables() {
    int half = config.headDim() / 2;
    float[] cosines = new float[config.maxPositions() * half];
    float[] sines = new float[cosines.length];
    for (int i = 0; i < cosines.length; i++) {
      double frequency = Math.pow(config.ropeTheta(), -2.0 * (i % half) / config.headDim());
      int position = i / half;
      double angle = position * frequency;
      cosines[i] = (float) Math.cos(angle);
      sines[i] = (float) Math.sin(angle);
    }
    graph.floats("cosines", cosines, config.maxPositions(), half);
    graph.floats("sines", sines, config.maxPositions(), half);
  }

  /** Rows are gathered in the file's type, so a 16-bit table is not widened for the look-up. */
  private String embedding() {
    String rows = graph.add(Op.standard("Gather"), stored(EMBEDDING), INPUT_IDS);
    return entry(EMBEDDING).dtype() == Dtype.F32 ? rows : graph.add(TO_FLOAT, rows);
  }

  private String attention(int layer, String x) {
    String q = projected(new Site(layer, Projection.Q), x);
    String k = projected(new Site(layer, Projection.K), x);
    String v = projected(new Site(layer, Projection.V), x);
    for (String part : List.of("key", "value")) {
      cache(past(layer, part), present(layer, part));
    }
    Op attention =
        Op.microsoft("GroupQueryAttention")
            .with("num_heads", config.heads())
            .with("kv_num_heads", config.kvHeads())
            .with("do_rotary", 1)
            .with("scale", (float) (1 / Math.sqrt(config.headDim())));
    String heads = "heads." + layer;
    String key = past(layer, "key");
    String value = past(layer, "value");
    graph.add(
        attention,
        List.of(q, k, v, key, value, SEQUENCE_ENDS, LONGEST, "cosines", "sines"),
        List.of(heads, present(layer, "key"), present(layer, "value")));
    return projected(new Site(layer, Projection.O), heads);
  }

  private void cache(String past, String present) {
    graph.input(past, DataType.FLOAT, "B", config.kvHeads(), "C", config.headDim());
    graph.output(present, DataType.FLOAT, "B", config.kvHeads(), "C", config.headDim());
  }

  /** SwiGLU (Shazeer 2020); QuickGelu with alpha 1 is x * sigmoid(x). */
  private String feedForward(int layer, String x) {
    String gate = projected(new Site(layer, Projection.GATE), x);
    String up = projected(new Site(layer, Projection.UP), x);
    String gated = graph.add(Op.microsoft("QuickGelu").with("alpha", 1f), gate);
    return projected(new Site(layer, Projection.DOWN), graph.add(Op.standard("Mul"), gated, up));
  }

  private void head(String residual, String branch) {
    String last =
        graph.add(
            ADD,
            graph.add(AT_LAST_COLUMN, residual, LAST_COLUMN),
            graph.add(AT_LAST_COLUMN, branch, LAST_COLUMN));
    String weight = config.tiedEmbeddings() ? EMBEDDING : "lm_head.weight";
    graph.add(
        TIMES_TRANSPOSED,
        List.of(normed(last, "model.norm.weight"), widened(weight)),
        List.of(LOGITS));
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

  private String normed(String x, String weight) {
    Op norm =
        Op.standard("SimplifiedLayerNormalization")
            .with("axis", -1)
            .with("epsilon", config.rmsNormEps());
    return graph.add(norm, x, widened(weight));
  }

  /** Adds a branch to the residual and norms the sum, in one operator. */
  private Stream added(Stream before, String branch, String weight) {
    Stream after = new Stream(weight + ".sum", weight + ".normed");
    graph.add(
        Op.microsoft("SkipSimplifiedLayerNormalization").with("epsilon", config.rmsNormEps()),
        List.of(before.residual(), branch, widened(weight)),
        List.of(after.normed(), "", "", after.residual()));
    return after;
  }

  private String projected(Site site, String x) {
    String name = site.projection().weight(site.layer());
    String y = graph.add(TIMES_TRANSPOSED, x, widened(name));
    return pairs.containsKey(site) ? graph.add(ADD, y, lowRank(site, x)) : y;
  }

  /**
   * B (A x) on adapted rows. Others are cut off by selection: multiplied by 0 an infinite A x would
   * become NaN in a row that the adapter must not touch.
   */
  private String lowRank(Site site, String x) {
    LowRankPair pair = pairs.get(site);
    if (pair == null) {
      throw new IllegalArgumentException("no pair for " + site);
    }
    String open = "R" + site.layer() + site.projection();
    graph.input(down(site), DataType.FLOAT, open, pair.a().shape().getLast());
    graph.input(up(site), DataType.FLOAT, pair.b().shape().getFirst(), open);
    String narrow = graph.add(TIMES_TRANSPOSED, x, down(site));
    String selected = graph.add(Op.standard("Where"), ADAPTED, narrow, "zero");
    return graph.add(TIMES_TRANSPOSED, selected, up(site));
  }

  /** The weight in float32: the runtime folds the cast when it loads the model. */
  private String widened(String name) {
    if (entry(name).dtype() == Dtype.F32) {
      return stored(name);
    }
    String wide = name + ".float32";
    if (declared.add(wide)) {
      graph.add(TO_FLOAT, List.of(stored(name)), List.of(wide));
    }
    return wide;
  }

  private String stored(String name) {
    if (declared.add(name)) {
      graph.external(entry(name), folder);
    }
    return name;
  }

  private TensorEntry entry(String name) {
    TensorEntry entry = tensors.get(name);
    if (entry == null) {
      throw new IllegalArgumentException("checkpoint was not checked: no tensor " + name);
    }
    return entry;
  }

  private static String inputNorm(int layer) {
    return "model.layers." + layer + ".input_layernorm.weight";
  }

  private static String afterAttentionNorm(int layer) {
    return "model.layers." + layer + ".post_attention_layernorm.weight";
  }

  /** The residual sum so far, and the same after RMS norm. */
  private record Stream(String residual, String normed) {}
}
