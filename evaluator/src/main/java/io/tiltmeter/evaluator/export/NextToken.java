package io.tiltmeter.evaluator.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The end that an export lacks: the next token is found inside the runtime, so that logits of all
 * positions never leave it. Prompts are padded on the left, so the last column counts in every row.
 */
public final class NextToken {
  /** float32 [B, vocabulary], of the last column. */
  public static final String LAST_LOGITS = "tiltmeter.last_logits";

  /** int64 [B]: the largest logit's token, the lowest id among equals. */
  public static final String NEXT = "tiltmeter.next";

  /** float32 [B]: sum of the logits, which is finite only if every logit is. */
  public static final String LOGIT_SUM = "tiltmeter.logit_sum";

  private static final String LAST_COLUMN = "tiltmeter.last_column";
  private static final String VOCABULARY_AXIS = "tiltmeter.vocabulary_axis";

  private NextToken() {}

  static void append(GraphProto.Builder graph) {
    graph.addInitializer(constant(LAST_COLUMN, -1));
    graph.addInitializer(constant(VOCABULARY_AXIS, 1).toBuilder().addDims(1));
    graph.addNode(
        node("Gather", List.of(VettedGraph.LOGITS, LAST_COLUMN), LAST_LOGITS).addAttribute(axis()));
    graph.addNode(
        node("ArgMax", List.of(LAST_LOGITS), NEXT)
            .addAttribute(axis())
            .addAttribute(number("keepdims", 0)));
    graph.addNode(
        node("ReduceSum", List.of(LAST_LOGITS, VOCABULARY_AXIS), LOGIT_SUM)
            .addAttribute(number("keepdims", 0)));
    graph.addOutput(output(LAST_LOGITS, DataType.FLOAT));
    graph.addOutput(output(NEXT, DataType.INT64));
    graph.addOutput(output(LOGIT_SUM, DataType.FLOAT));
  }

  private static NodeProto.Builder node(String type, List<String> inputs, String output) {
    return NodeProto.newBuilder().setOpType(type).addAllInput(inputs).addOutput(output);
  }

  private static AttributeProto axis() {
    return number("axis", 1);
  }

  private static AttributeProto number(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static TensorProto constant(String name, long value) {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(DataType.INT64.getNumber())
        .setRawData(ByteString.copyFrom(bytes.putLong(value).flip()))
        .build();
  }

  private static ValueInfoProto output(String name, DataType type) {
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type.getNumber())))
        .build();
  }
}
