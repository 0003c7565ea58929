package io.tiltmeter.evaluator.onnx;

/** How a graph multiplies by matrices of the checkpoint. */
interface Linear {

  /**
   * Adds x W^T.
   *
   * @param weight of the checkpoint, [outputs, inputs]
   * @return the product's name
   */
  String times(String x, String weight);
}
