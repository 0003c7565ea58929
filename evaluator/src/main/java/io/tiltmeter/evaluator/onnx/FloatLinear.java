package io.tiltmeter.evaluator.onnx;

/** Products in float32. */
record FloatLinear(OnnxGraph graph, GraphWeights weights) implements Linear {
  static final Op TIMES_TRANSPOSED = Op.microsoft("FusedMatMul").with("transB", 1);

  @Override
  public String times(String x, String weight) {
    return graph.add(TIMES_TRANSPOSED, x, weights.widened(weight));
  }
}
