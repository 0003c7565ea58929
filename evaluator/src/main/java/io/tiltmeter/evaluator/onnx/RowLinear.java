package io.tiltmeter.evaluator.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.tiltmeter.evaluator.checkpoint.TensorEntry;

/** Products of 8-bit integers, turned, and scaled by outputs and by rows of x. */
record RowLinear(
    OnnxGraph graph, GraphWeights weights, QuantisedWeights quantised, RowProducts products)
    implements Linear {

  @Override
  public String times(String x, String weight) {
    TensorEntry entry = weights.entry(weight);
    QuantisedWeights.Rounded rounded = quantised.columns(entry);
    graph.supplied(rounded.values(), DataType.INT8, rounded.valueShape());
    graph.supplied(rounded.scales(), DataType.FLOAT, rounded.scaleShape());
    return products.times(x, entry.shape().getLast(), rounded.values(), rounded.scales());
  }
}
