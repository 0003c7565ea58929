package io.tiltmeter.evaluator.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Products of 8-bit integers with one scale for each output and one for each row of x. A row is
 * turned and divided by its own largest magnitude, once for all matrices that read it, and no row
 * sees another.
 */
final class RowProducts {
  private static final float RANGE = 127;

  /** Keeps a row of zeros from a division by zero; far below the scale of any other row. */
  private static final float SMALLEST = 1e-30f;

  private static final String MIDDLE = "rows.middle";
  private static final String ONE = "rows.one";
  private static final String LAST_AXIS = "rows.last_axis";
  private static final String FLAT = "rows.flat";

  /** Of [rows, columns, stretches, width]: 0 keeps a dimension, -1 is what is left. */
  private static final String WHOLE = "rows.whole";

  private static final String STEP = "rows.step";
  private static final String LEAST = "rows.least";
  private static final Op MULTIPLY = Op.standard("Mul");
  private static final Op RESHAPE = Op.standard("Reshape");
  private static final Op SHAPE = Op.standard("Shape");

  private final OnnxGraph graph;
  private final Map<String, Input> rounded = new HashMap<>();
  private final Set<Rotation> declared = new HashSet<>();

  RowProducts(OnnxGraph graph) {
    this.graph = graph;
    graph.bytes(MIDDLE, DataType.UINT8, new byte[] {(byte) QuantisedWeights.MIDDLE});
    graph.floats(ONE, new float[] {1});
    graph.longs(LAST_AXIS, -1);
    graph.longs(FLAT, -1);
    graph.longs(WHOLE, 0, 0, -1);
    graph.floats(STEP, new float[] {1 / RANGE});
    graph.floats(LEAST, new float[] {SMALLEST});
  }

  /**
   * Adds x W.
   *
   * @param x of three dimensions, inputs last
   * @param inputs numbers of a row of x
   * @param values signed bytes of W, whose inputs are turned, [inputs, outputs]
   * @param scales of its outputs
   * @return the product's name
   */
  String times(String x, long inputs, String values, String scales) {
    Input input = rounded.computeIfAbsent(x, _ -> round(x, inputs));
    Op multiply = Op.microsoft("MatMulIntegerToFloat");
    String product = graph.add(multiply, input.values(), values, ONE, scales, MIDDLE);
    return graph.add(MULTIPLY, product, input.scales());
  }

  private Input round(String x, long inputs) {
    String turned = turned(x, Rotation.of(inputs));
    String largest =
        graph.add(Op.standard("ReduceMax"), graph.add(Op.standard("Abs"), turned), LAST_AXIS);
    String scales = graph.add(Op.standard("Max"), graph.add(MULTIPLY, largest, STEP), LEAST);
    String perRow = graph.add(RESHAPE, scales, FLAT);
    String shape = graph.add(SHAPE, x);
    // The runtime scales along one axis, so rows and columns of the batch become one.
    String rows = graph.add(Op.standard("Flatten").with("axis", -1), turned);
    String zeros = graph.add(Op.standard("Expand"), MIDDLE, graph.add(SHAPE, perRow));
    String values = graph.add(Op.standard("QuantizeLinear").with("axis", 0), rows, perRow, zeros);
    return new Input(graph.add(RESHAPE, values, shape), scales);
  }

  private String turned(String x, Rotation rotation) {
    if (rotation.turnsNothing()) {
      return x;
    }
    int width = rotation.width();
    String matrix = "rows.rotation." + width;
    String stretches = "rows.stretches." + width;
    if (declared.add(rotation)) {
      graph.floats(matrix, rotation.matrix(), width, width);
      graph.longs(stretches, 0, 0, -1, width);
    }
    String split = graph.add(RESHAPE, x, stretches);
    return graph.add(RESHAPE, graph.add(Op.standard("MatMul"), split, matrix), WHOLE);
  }

  /** A value of the graph in unsigned bytes, and the scale of each of its rows. */
  private record Input(String values, String scales) {}
}
