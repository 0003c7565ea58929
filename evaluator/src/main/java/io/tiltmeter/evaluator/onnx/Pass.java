package io.tiltmeter.evaluator.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Named tensors of one forward pass, closed together; their memory belongs to others. */
final class Pass implements AutoCloseable {
  private final List<OnnxTensor> owned = new ArrayList<>();
  private final Map<String, OnnxTensor> inputs = new HashMap<>();
  private final Map<String, OnnxValue> outputs = new HashMap<>();

  /** Makes one tensor, which may fail. */
  interface Making {
    OnnxTensor make() throws OrtException;
  }

  void input(String name, Making making) throws OrtException {
    inputs.put(name, own(making));
  }

  void output(String name, Making making) throws OrtException {
    outputs.put(name, own(making));
  }

  /** One tensor under two names: the runtime appends to it in place. */
  void inPlace(String input, String output, Making making) throws OrtException {
    OnnxTensor tensor = own(making);
    inputs.put(input, tensor);
    outputs.put(output, tensor);
  }

  /** Inputs that others close. */
  void borrow(Map<String, OnnxTensor> tensors) {
    inputs.putAll(tensors);
  }

  Map<String, OnnxTensor> inputs() {
    return inputs;
  }

  Map<String, OnnxValue> outputs() {
    return outputs;
  }

  @Override
  public void close() {
    owned.forEach(OnnxTensor::close);
    owned.clear();
  }

  private OnnxTensor own(Making making) throws OrtException {
    OnnxTensor tensor = making.make();
    owned.add(tensor);
    return tensor;
  }
}
