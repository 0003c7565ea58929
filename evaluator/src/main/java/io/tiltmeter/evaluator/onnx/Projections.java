package io.tiltmeter.evaluator.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.tiltmeter.evaluator.checkpoint.Adapter.LowRankPair;
import io.tiltmeter.evaluator.checkpoint.Adapter.Site;
import io.tiltmeter.evaluator.checkpoint.Projection;
import java.util.Map;
import java.util.Set;

/** The linear maps of a graph's layers, with their biases and an adapter's low-rank pairs. */
final class Projections {
  static final Op ADD = Op.standard("Add");

  private final OnnxGraph graph;
  private final TunedRows tuned;
  private final Linear linear;
  private final Set<Projection> biased;
  private final Map<Site, LowRankPair> pairs;

  Projections(
      OnnxGraph graph,
      TunedRows tuned,
      Linear linear,
      Set<Projection> biased,
      Map<Site, LowRankPair> pairs) {
    this.graph = graph;
    this.tuned = tuned;
    this.linear = linear;
    this.biased = biased;
    this.pairs = pairs;
  }

  /** Adds W x + b, and B (A x) on adapted rows; returns the result's name. */
  String add(int layer, Projection projection, String x) {
    Site site = new Site(layer, projection);
    String y = tuned.times(linear, x, projection.weight(layer));
    if (biased.contains(projection)) {
      y = graph.add(ADD, y, tuned.bias(projection.bias(layer)));
    }
    LowRankPair pair = pairs.get(site);
    return pair == null ? y : graph.add(ADD, y, lowRank(site, pair, x));
  }

  /**
   * B (A x) on adapted rows. Others are cut off by selection: multiplied by 0 an infinite A x would
   * become NaN in a row that the adapter must not touch.
   */
  private String lowRank(Site site, LowRankPair pair, String x) {
    String open = "R" + site.layer() + site.projection();
    String down = DecoderGraph.down(site);
    String up = DecoderGraph.up(site);
    graph.input(down, DataType.FLOAT, open, pair.a().shape().getLast());
    graph.input(up, DataType.FLOAT, pair.b().shape().getFirst(), open);
    String narrow = graph.add(FloatLinear.TIMES_TRANSPOSED, x, down);
    String selected = graph.add(Op.standard("Where"), DecoderGraph.ADAPTED, narrow, "zero");
    return graph.add(FloatLinear.TIMES_TRANSPOSED, selected, up);
  }
}
