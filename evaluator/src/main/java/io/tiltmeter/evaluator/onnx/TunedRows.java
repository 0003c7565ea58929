package io.tiltmeter.evaluator.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.tiltmeter.evaluator.checkpoint.TensorEntry;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The gains of norms, and what acts on tuned rows in place of the base's tensors. A large matrix is
 * multiplied only by the rows that it is for: they are picked out before the product and put back
 * after it.
 */
final class TunedRows {
  static final Op WHERE = Op.standard("Where");

  /** bool [B, 1]: the mask beside values of two dimensions. */
  static final String OF_ROWS = "adapted.rows";

  /** bool [B, 1, 1, 1]: the mask beside values that are split into heads. */
  static final String OF_HEADS = "adapted.heads";

  private static final String ONE = "gain.one";
  private static final Op RESHAPE = Op.standard("Reshape");
  private static final Op GATHER = Op.standard("Gather").with("axis", 0);
  private static final Op CONCAT = Op.standard("Concat").with("axis", 0);
  private static final Op CAST = Op.standard("Cast").with("to", DataType.INT64.getNumber());

  private final OnnxGraph graph;
  private final GraphWeights weights;
  private final Set<String> replaced;
  private final Map<String, Halves> halves = new HashMap<>();
  private final Set<Long> ones = new HashSet<>();
  private final boolean aroundOne;
  private final Map<String, String> gains = new HashMap<>();
  private String baseRows = "";
  private String tunedRows = "";
  private String places = "";

  /**
   * Adds nothing yet.
   *
   * @param aroundOne whether files hold gains less one
   */
  TunedRows(OnnxGraph graph, GraphWeights weights, Set<String> replaced, boolean aroundOne) {
    this.graph = graph;
    this.weights = weights;
    this.replaced = replaced;
    this.aroundOne = aroundOne;
  }

  /** The tuned side's own tensor in place of the base's. */
  static String own(String tensor) {
    return "own." + tensor;
  }

  /** The base's tensors, and those of the tuned side by their own names. */
  static Map<String, TensorEntry> both(
      Map<String, TensorEntry> base, Map<String, TensorEntry> replaced) {
    Map<String, TensorEntry> all = new HashMap<>(base);
    replaced.forEach(
        (name, entry) ->
            all.put(
                own(name),
                new TensorEntry(
                    own(name),
                    entry.dtype(),
                    entry.shape(),
                    entry.file(),
                    entry.offset(),
                    entry.length())));
    return all;
  }

  /** Whether tuned rows have their own. */
  boolean has(String tensor) {
    return replaced.contains(tensor);
  }

  /**
   * Adds the numbers of base and tuned rows, and where each row lies when the two follow each
   * other; once, before all else. Row 0 follows the rows of each side once more: the runtime adds
   * up a single row's products in another order than those of several.
   */
  void begin() {
    if (aroundOne) {
      graph.floats(ONE, new float[] {1}, 1);
    }
    if (replaced.isEmpty()) {
      return;
    }
    graph.longs("tuned.flat", -1);
    graph.longs("tuned.first", 0);
    graph.longs("tuned.one", 1);
    graph.longs("tuned.two_dimensions", -1, 1);
    graph.longs("tuned.four_dimensions", -1, 1, 1, 1);
    mask(OF_ROWS, "tuned.two_dimensions");
    mask(OF_HEADS, "tuned.four_dimensions");
    String tuned = graph.add(RESHAPE, DecoderGraph.ADAPTED, "tuned.flat");
    String base = graph.add(Op.standard("Not"), tuned);
    baseRows = rows(base);
    tunedRows = rows(tuned);
    String behind =
        graph.add(Projections.ADD, graph.add(Op.standard("Shape"), baseRows), rank(tuned));
    places = graph.add(WHERE, tuned, behind, rank(base));
  }

  /** Adds x W^T with each row's own W. */
  String times(Linear linear, String x, String weight) {
    return has(weight) ? times(linear, x, weight, own(weight)) : linear.times(x, weight);
  }

  /** Adds x W^T with one W for the base's rows and another for the tuned ones. */
  String times(Linear linear, String x, String base, String tuned) {
    Halves parts =
        halves.computeIfAbsent(
            x, _ -> new Halves(graph.add(GATHER, x, baseRows), graph.add(GATHER, x, tunedRows)));
    String both =
        graph.add(CONCAT, linear.times(parts.base(), base), linear.times(parts.tuned(), tuned));
    return graph.add(GATHER, both, places);
  }

  /** The bias that each row gets: one for all, or one for each. */
  String bias(String tensor) {
    String base = weights.widened(tensor);
    return has(tensor)
        ? graph.add(WHERE, DecoderGraph.ADAPTED, weights.widened(own(tensor)), base)
        : base;
  }

  /** Adds a norm with each row's own gain. */
  String normed(Op norm, String x, String weight, String mask) {
    return scaled(graph.add(norm, x, gain(weight)), weight, mask);
  }

  /** The gain for the norm itself, which takes one for all rows. */
  String gain(String weight) {
    return has(weight) ? ones(weights.entry(weight).shape().getFirst()) : whole(weight);
  }

  /** Multiplies by each row's gain where the norm itself did not. */
  String scaled(String normed, String weight, String mask) {
    if (!has(weight)) {
      return normed;
    }
    String gain = graph.add(WHERE, mask, whole(own(weight)), whole(weight));
    return graph.add(Op.standard("Mul"), normed, gain);
  }

  /** The runtime folds the sum when it loads the model. */
  private String whole(String weight) {
    String stored = weights.widened(weight);
    return aroundOne
        ? gains.computeIfAbsent(weight, _ -> graph.add(Projections.ADD, stored, ONE))
        : stored;
  }

  private void mask(String name, String shape) {
    graph.add(RESHAPE, List.of(DecoderGraph.ADAPTED, shape), List.of(name));
  }

  private String rows(String mask) {
    String numbers = graph.add(RESHAPE, graph.add(Op.standard("NonZero"), mask), "tuned.flat");
    return graph.add(CONCAT, numbers, "tuned.first");
  }

  /** How many rows of the mask come before each. */
  private String rank(String mask) {
    String upTo = graph.add(Op.standard("CumSum"), graph.add(CAST, mask), "tuned.first");
    return graph.add(Op.standard("Sub"), upTo, "tuned.one");
  }

  private String ones(long width) {
    String name = "ones." + width;
    if (ones.add(width)) {
      float[] values = new float[Math.toIntExact(width)];
      Arrays.fill(values, 1);
      graph.floats(name, values, width);
    }
    return name;
  }

  /** The rows of a value by side. */
  private record Halves(String base, String tuned) {}
}
