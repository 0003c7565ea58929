package io.tiltmeter.evaluator.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.tiltmeter.evaluator.checkpoint.Dimensions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Inputs and outputs that an export must have, exactly: those of the task
 * text-generation-with-past, with the widths that the configuration gives.
 */
final class Signature {
  /** A dimension that differs from run to run, and so may not be fixed. */
  private static final long OPEN = -1;

  private final Refusal refusal;
  private final Dimensions dimensions;

  Signature(Refusal refusal, Dimensions dimensions) {
    this.refusal = refusal;
    this.dimensions = dimensions;
  }

  /** Type and shape of one value. */
  private record Value(int type, List<Long> shape) {
    static Value of(DataType type, Long... shape) {
      return new Value(type.getNumber(), List.of(shape));
    }
  }

  /**
   * Copies inputs and outputs.
   *
   * @throws io.tiltmeter.evaluator.checkpoint.ModelException if one is missing, another one or of
   *     another shape
   */
  void copy(GraphProto graph, GraphProto.Builder into) {
    Map<String, Value> inputs = inputs(takesPast(graph), takesBranch(graph));
    requireSame("input", inputs, graph.getInputList());
    inputs.forEach((name, value) -> into.addInput(written(name, value)));
    Map<String, Value> outputs = outputs();
    requireSame("output", outputs, graph.getOutputList());
    outputs.remove(VettedGraph.LOGITS);
    outputs.forEach((name, value) -> into.addOutput(written(name, value)));
  }

  static boolean takesPast(GraphProto graph) {
    return has(graph, VettedGraph.past(0, "key"));
  }

  static boolean takesBranch(GraphProto graph) {
    return has(graph, VettedGraph.BRANCH);
  }

  private static boolean has(GraphProto graph, String input) {
    return graph.getInputList().stream().anyMatch(value -> value.getName().equals(input));
  }

  private Map<String, Value> inputs(boolean past, boolean branch) {
    Map<String, Value> inputs = new LinkedHashMap<>();
    Value tokens = Value.of(DataType.INT64, OPEN, OPEN);
    inputs.put(VettedGraph.INPUT_IDS, tokens);
    inputs.put(VettedGraph.ATTENTION_MASK, tokens);
    inputs.put(VettedGraph.POSITION_IDS, tokens);
    if (branch) {
      inputs.put(VettedGraph.BRANCH, Value.of(DataType.BOOL, 1L));
    }
    for (int layer = 0; past && layer < dimensions.layers(); layer++) {
      inputs.put(VettedGraph.past(layer, "key"), cache());
      inputs.put(VettedGraph.past(layer, "value"), cache());
    }
    return inputs;
  }

  private Map<String, Value> outputs() {
    Map<String, Value> outputs = new LinkedHashMap<>();
    outputs.put(
        VettedGraph.LOGITS, Value.of(DataType.FLOAT, OPEN, OPEN, (long) dimensions.vocabulary()));
    for (int layer = 0; layer < dimensions.layers(); layer++) {
      outputs.put(VettedGraph.present(layer, "key"), cache());
      outputs.put(VettedGraph.present(layer, "value"), cache());
    }
    return outputs;
  }

  private Value cache() {
    return Value.of(
        DataType.FLOAT, OPEN, (long) dimensions.kvHeads(), OPEN, (long) dimensions.headDim());
  }

  private void requireSame(String kind, Map<String, Value> expected, List<ValueInfoProto> found) {
    Map<String, Value> missing = new LinkedHashMap<>(expected);
    for (ValueInfoProto value : found) {
      String what = kind + " " + Refusal.name(value.getName());
      Value wanted = missing.remove(value.getName());
      if (wanted == null) {
        throw refusal.extra(what);
      }
      requireFits(what, wanted, value.getType());
    }
    if (!missing.isEmpty()) {
      throw refusal.of(
          "%s %s is missing; export the model for the task text-generation-with-past with Optimum 1.14 or later"
              .formatted(kind, missing.keySet().iterator().next()));
    }
  }

  private void requireFits(String what, Value wanted, TypeProto type) {
    if (!type.hasTensorType()) {
      throw refusal.extra(what + ", which is no tensor,");
    }
    TensorRules.requireType(refusal, type.getTensorType().getElemType(), what);
    List<TensorShapeProto.Dimension> shape = type.getTensorType().getShape().getDimList();
    boolean fits =
        type.getTensorType().getElemType() == wanted.type()
            && shape.size() == wanted.shape().size();
    for (int i = 0; fits && i < shape.size(); i++) {
      fits = !shape.get(i).hasDimValue() || shape.get(i).getDimValue() == wanted.shape().get(i);
    }
    if (!fits) {
      throw refusal.of(
          "%s: expected %s by config.json, found %s; give the config.json of this export"
              .formatted(what, text(wanted), text(type.getTensorType())));
    }
  }

  private static String text(Value value) {
    return DataType.forNumber(value.type())
        + value.shape().stream().map(n -> n == OPEN ? "*" : "" + n).toList().toString();
  }

  private static String text(TypeProto.Tensor tensor) {
    return DataType.forNumber(tensor.getElemType())
        + tensor.getShape().getDimList().stream()
            .map(dimension -> dimension.hasDimValue() ? "" + dimension.getDimValue() : "*")
            .toList()
            .toString();
  }

  private static ValueInfoProto written(String name, Value value) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dimension : value.shape()) {
      TensorShapeProto.Dimension.Builder built = TensorShapeProto.Dimension.newBuilder();
      shape.addDim(dimension == OPEN ? built : built.setDimValue(dimension));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(value.type()).setShape(shape)))
        .build();
  }
}
