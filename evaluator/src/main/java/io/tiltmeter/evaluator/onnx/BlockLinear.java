package io.tiltmeter.evaluator.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.tiltmeter.evaluator.checkpoint.TensorEntry;

/** Products of 8-bit blocks: ONNX Runtime's {@code MatMulNBits}, which rounds x by blocks too. */
record BlockLinear(OnnxGraph graph, GraphWeights weights, QuantisedWeights quantised)
    implements Linear {
  private static final int BITS = 8;

  /** Computes in 8-bit integers (ONNX Runtime, ContribOperators.md, MatMulNBits). */
  private static final int INTEGERS = 4;

  @Override
  public String times(String x, String weight) {
    TensorEntry entry = weights.entry(weight);
    QuantisedWeights.Rounded rounded = quantised.blocks(entry);
    graph.supplied(rounded.values(), DataType.UINT8, rounded.valueShape());
    graph.supplied(rounded.scales(), DataType.FLOAT, rounded.scaleShape());
    Op product = product(entry.shape().getLast(), entry.shape().getFirst());
    return graph.add(product, x, rounded.values(), rounded.scales());
  }

  /** The operator for a matrix with so many inputs and outputs. */
  static Op product(long inputs, long outputs) {
    return Op.microsoft("MatMulNBits")
        .with("K", inputs)
        .with("N", outputs)
        .with("bits", BITS)
        .with("block_size", QuantisedWeights.BLOCK)
        .with("accuracy_level", INTEGERS);
  }
}
