package io.tiltmeter.evaluator.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.tiltmeter.evaluator.checkpoint.Gemma;
import io.tiltmeter.evaluator.checkpoint.ModelConfig;
import io.tiltmeter.evaluator.checkpoint.Projection;
import io.tiltmeter.evaluator.checkpoint.Rope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The attention of a graph's layers: rotary, grouped queries, caches that grow in place. */
final class Attention {
  private static final Op RESHAPE = Op.standard("Reshape");
  private static final String TO_HEADS = "to_heads";
  private static final String FROM_HEADS = "from_heads";

  /** What the names of rotary tables end with, by the layers that they are for. */
  private static final String EVERYWHERE = "";

  private static final String LOCAL = ".local";

  private final OnnxGraph graph;
  private final ModelConfig config;
  private final @Nullable Gemma gemma;
  private final TunedRows tuned;
  private final Projections projections;

  Attention(OnnxGraph graph, ModelConfig config, TunedRows tuned, Projections projections) {
    this.graph = graph;
    this.config = config;
    this.gemma = config.traits().gemma();
    this.tuned = tuned;
    this.projections = projections;
  }

  /** Adds what all layers share; once, before any layer. */
  void begin() {
    rotaryTables(config.rope(), EVERYWHERE);
    if (gemma != null && !gemma.local().equals(config.rope())) {
      rotaryTables(gemma.local(), LOCAL);
    }
    if (config.traits().headNorms()) {
      // 0 keeps a dimension, -1 is what is left.
      graph.longs(TO_HEADS, 0, 0, -1, config.headDim());
      graph.longs(FROM_HEADS, 0, 0, -1);
    }
  }

  /** Adds one layer's attention over normed states; returns the branch's name. */
  String add(int layer, String x) {
    String q = headNormed(layer, "q_norm", projections.add(layer, Projection.Q, x));
    String k = headNormed(layer, "k_norm", projections.add(layer, Projection.K, x));
    String v = projections.add(layer, Projection.V, x);
    String key = DecoderGraph.past(layer, "key");
    String value = DecoderGraph.past(layer, "value");
    String heads = "heads." + layer;
    graph.add(
        operator(layer),
        List.of(
            q,
            k,
            v,
            key,
            value,
            DecoderGraph.SEQUENCE_ENDS,
            DecoderGraph.LONGEST,
            "cosines" + tables(layer),
            "sines" + tables(layer)),
        List.of(heads, cache(layer, "key"), cache(layer, "value")));
    return projections.add(layer, Projection.O, heads);
  }

  private Op operator(int layer) {
    Op attention =
        Op.microsoft("GroupQueryAttention")
            .with("num_heads", config.heads())
            .with("kv_num_heads", config.kvHeads())
            .with("do_rotary", 1)
            .with(
                "scale",
                (float) (gemma == null ? 1 / Math.sqrt(config.headDim()) : gemma.scoreScale()));
    if (gemma != null && gemma.scoreCap() > 0) {
      attention = attention.with("softcap", (float) gemma.scoreCap());
    }
    Integer window = config.traits().windows().get(layer);
    // A window that no sequence fills changes nothing.
    return window == null || window >= config.maxPositions()
        ? attention
        : attention.with("local_window_size", window);
  }

  private String tables(int layer) {
    boolean local =
        gemma != null
            && config.traits().windows().containsKey(layer)
            && !gemma.local().equals(config.rope());
    return local ? LOCAL : EVERYWHERE;
  }

  /** Declares both ends of a cache and returns the grown one's name. */
  private String cache(int layer, String part) {
    String grown = DecoderGraph.present(layer, part);
    Object[] shape = {"B", config.kvHeads(), "C", config.headDim()};
    graph.input(DecoderGraph.past(layer, part), DataType.FLOAT, shape);
    graph.output(grown, DataType.FLOAT, shape);
    return grown;
  }

  private String headNormed(int layer, String norm, String x) {
    if (!config.traits().headNorms()) {
      return x;
    }
    String weight = "model.layers." + layer + ".self_attn." + norm + ".weight";
    String split = graph.add(RESHAPE, x, TO_HEADS);
    String normed = tuned.normed(DecoderGraph.norm(config), split, weight, TunedRows.OF_HEADS);
    return graph.add(RESHAPE, normed, FROM_HEADS);
  }

  /** Cosine and sine of position times frequency. */
  private void rotaryTables(Rope rope, String layers) {
    int half = config.headDim() / 2;
    float[] cosines = new float[config.maxPositions() * half];
    float[] sines = new float[cosines.length];
    for (int i = 0; i < cosines.length; i++) {
      int position = i / half;
      double angle = position * rope.frequencies().get(i % half);
      cosines[i] = (float) (rope.magnitude() * Math.cos(angle));
      sines[i] = (float) (rope.magnitude() * Math.sin(angle));
    }
    graph.floats("cosines" + layers, cosines, config.maxPositions(), half);
    graph.floats("sines" + layers, sines, config.maxPositions(), half);
  }
}
