package io.tiltmeter.evaluator.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.UnknownFieldSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Changes that make an export one that no exporter writes, with the words that refuse each. */
final class HostileGraphs {
  private HostileGraphs() {}

  static Stream<Arguments> all() {
    return Stream.of(operators(), members(), values(), tensors()).flatMap(each -> each);
  }

  /** What no decoder does. */
  private static Stream<Arguments> operators() {
    return Stream.of(
        with("operator \":Loop\" is not on the list", model -> node(model, "", "Loop")),
        with("operator \":RandomNormal\" is not", model -> node(model, "", "RandomNormal")),
        with("operator \"evil:Add\" is not on the list", model -> node(model, "evil", "Add")),
        with(
            "operator \"com.microsoft:GroupQueryAttention\" is not",
            model -> node(model, "com.microsoft", "GroupQueryAttention")),
        with(
            "operator \"com.microsoft:EPContext\" is not",
            model -> node(model, "com.microsoft", "EPContext")),
        with(
            "operator \":Gather\" with such graphs inside",
            model -> node(model, "", "Gather").addAttribute(graphAttribute("body"))));
  }

  /** What an ONNX file may hold and an export does not. */
  private static Stream<Arguments> members() {
    return Stream.of(
        with(
            "operator set \"ai.onnx.ml\" is not part",
            model -> model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("ai.onnx.ml"))),
        with("a function of its own", model -> model.addFunctions(FunctionProto.newBuilder())),
        with(
            "training_info is not", model -> model.addTrainingInfo(TrainingInfoProto.newBuilder())),
        with(
            "a sparse weight is not",
            model -> model.getGraphBuilder().addSparseInitializer(SparseTensorProto.newBuilder())),
        with("member 99 of ModelProto", model -> model.setUnknownFields(unknown())),
        with(
            "member 99 of GraphProto",
            model -> model.getGraphBuilder().setUnknownFields(unknown())),
        with(
            "operator \":Gather\" with unknown members",
            model -> node(model, "", "Gather").setUnknownFields(unknown())),
        with(
            "a branch within 3 branches",
            model -> model.getGraphBuilder().addNode(nestedBranches(5))),
        with(
            "attribute \"value\" of \"Constant\" of type TENSORS",
            model ->
                node(model, "", "Constant")
                    .addAttribute(attribute("value").setType(AttributeType.TENSORS))),
        with("expected operator set 13 or later", model -> model.clearOpsetImport()),
        with("expected file format version 4 or later, found 3", model -> model.setIrVersion(3)));
  }

  /** Inputs and outputs. */
  private static Stream<Arguments> values() {
    return Stream.of(
        with(
            "input \"more\" is not part", model -> more(model.getGraphBuilder().addInputBuilder())),
        with(
            "output \"more\" is not part",
            model -> more(model.getGraphBuilder().addOutputBuilder())),
        with("input position_ids is missing", model -> model.getGraphBuilder().removeInput(2)),
        with(
            "\"past_key_values.0.key\" is in 16 bits; export the model again in float32 (--dtype fp32)",
            model ->
                model
                    .getGraphBuilder()
                    .getInputBuilder(3)
                    .getTypeBuilder()
                    .getTensorTypeBuilder()
                    .setElemType(DataType.FLOAT16_VALUE)),
        with(
            "input \"input_ids\": expected INT64[*, *] by config.json, found INT64[1, *]",
            model ->
                model
                    .getGraphBuilder()
                    .getInputBuilder(0)
                    .getTypeBuilder()
                    .getTensorTypeBuilder()
                    .getShapeBuilder()
                    .getDimBuilder(0)
                    .setDimValue(1)));
  }

  /** Numbers and where they lie. */
  private static Stream<Arguments> tensors() {
    return Stream.of(
        with(
            "attribute \"to\" of \"Cast\" is in 16 bits",
            model ->
                node(model, "", "Cast")
                    .addAttribute(
                        attribute("to").setType(AttributeType.INT).setI(DataType.FLOAT16_VALUE))),
        with(
            "has numbers of type null",
            model ->
                node(model, "", "Cast")
                    .addAttribute(attribute("to").setType(AttributeType.INT).setI(Long.MIN_VALUE))),
        with(
            "input \"input_ids\" with a value",
            model -> weight(model).setName(VettedGraph.INPUT_IDS)),
        with("is in 16 bits; export", model -> weight(model).setDataType(DataType.BFLOAT16_VALUE)),
        with(
            "has numbers of type INT8; export",
            model -> weight(model).setDataType(DataType.INT8_VALUE)),
        with("which no tensor has", model -> weight(model).addDims(Long.MAX_VALUE)),
        with("which no tensor has", model -> weight(model).addDims(-1)),
        with("which has numbers here and", model -> weight(model).addFloatData(1)),
        with(
            "which refers to another file from inside a node",
            model ->
                node(model, "", "Constant")
                    .addAttribute(
                        attribute("value").setType(AttributeType.TENSOR).setT(weight(model)))),
        with(
            "has not the numbers of its shape",
            model ->
                model
                    .getGraphBuilder()
                    .addInitializerBuilder()
                    .setName("short")
                    .setDataType(DataType.FLOAT_VALUE)
                    .addDims(1 << 30)
                    .addFloatData(1)));
  }

  /** The embedding: 512 x 64 numbers at the start of the data file. */
  static TensorProto.Builder weight(ModelProto.Builder model) {
    return model.getGraphBuilder().getInitializerBuilderList().stream()
        .filter(tensor -> tensor.getName().equals("model.embed_tokens.weight"))
        .findFirst()
        .orElseThrow();
  }

  static void place(ModelProto.Builder model, String key, String value) {
    TensorProto.Builder weight = weight(model);
    for (StringStringEntryProto.Builder entry : weight.getExternalDataBuilderList()) {
      if (entry.getKey().equals(key)) {
        entry.setValue(value);
        return;
      }
    }
    weight.addExternalDataBuilder().setKey(key).setValue(value);
  }

  private static Arguments with(String named, Consumer<ModelProto.Builder> change) {
    return Arguments.of(named, change);
  }

  private static NodeProto.Builder node(ModelProto.Builder model, String domain, String type) {
    return model.getGraphBuilder().addNodeBuilder().setDomain(domain).setOpType(type);
  }

  private static void more(ValueInfoProto.Builder value) {
    value.setName("more").getTypeBuilder().getTensorTypeBuilder().setElemType(1);
  }

  private static AttributeProto.Builder attribute(String name) {
    return AttributeProto.newBuilder().setName(name);
  }

  private static AttributeProto.Builder graphAttribute(String name) {
    return attribute(name).setType(AttributeType.GRAPH).setG(GraphProto.newBuilder());
  }

  private static NodeProto nestedBranches(int depth) {
    GraphProto.Builder inner = GraphProto.newBuilder();
    if (depth > 0) {
      inner.addNode(nestedBranches(depth - 1));
    }
    return NodeProto.newBuilder()
        .setOpType("If")
        .addAttribute(attribute("then_branch").setType(AttributeType.GRAPH).setG(inner))
        .addAttribute(attribute("else_branch").setType(AttributeType.GRAPH).setG(inner))
        .build();
  }

  private static UnknownFieldSet unknown() {
    return UnknownFieldSet.newBuilder()
        .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
        .build();
  }
}
