package io.tiltmeter.evaluator.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.tiltmeter.evaluator.checkpoint.Dimensions;
import io.tiltmeter.evaluator.export.VettedGraph;
import java.util.List;

/** A graph that copies chosen rows of all keys and values: exports cannot drop a sequence. */
final class RowChoice {
  /** int64 [chosen]. */
  static final String ROWS = "rows";

  private RowChoice() {}

  static byte[] graph(Dimensions numbers) {
    OnnxGraph graph = new OnnxGraph();
    graph.input(ROWS, DataType.INT64, "chosen");
    for (int layer = 0; layer < numbers.layers(); layer++) {
      add(graph, numbers, layer, "key");
      add(graph, numbers, layer, "value");
    }
    return graph.toModel();
  }

  private static void add(OnnxGraph graph, Dimensions numbers, int layer, String part) {
    String all = VettedGraph.past(layer, part);
    String chosen = VettedGraph.present(layer, part);
    graph.input(all, DataType.FLOAT, "B", numbers.kvHeads(), "past", numbers.headDim());
    graph.add(Op.standard("Gather").with("axis", 0), List.of(all, ROWS), List.of(chosen));
    graph.output(chosen, DataType.FLOAT, "chosen", numbers.kvHeads(), "past", numbers.headDim());
  }
}
