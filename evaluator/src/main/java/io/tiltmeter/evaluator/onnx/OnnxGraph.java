package io.tiltmeter.evaluator.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.tiltmeter.evaluator.checkpoint.Dtype;
import io.tiltmeter.evaluator.checkpoint.TensorEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;

/** An ONNX graph under construction; values are named, and inputs name earlier values. */
final class OnnxGraph {
  /** First version of the file format that opset 21 belongs to. */
  private static final int IR_VERSION = 10;

  private static final int OPSET = 21;

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("decoder");

  /** Adds a node and returns the name of its only output. */
  String add(Op op, String... inputs) {
    String output = op.type() + "_" + graph.getNodeCount();
    add(op, List.of(inputs), List.of(output));
    return output;
  }

  /** Adds a node; an empty name leaves an optional input or output out. */
  void add(Op op, List<String> inputs, List<String> outputs) {
    graph.addNode(
        NodeProto.newBuilder()
            .setDomain(op.domain())
            .setOpType(op.type())
            .addAllInput(inputs)
            .addAllOutput(outputs)
            .addAllAttribute(op.attributes()));
  }

  /** Declares an input; a dimension is a number or the name of an open one. */
  void input(String name, DataType type, Object... dimensions) {
    graph.addInput(value(name, type, dimensions));
  }

  /** Declares an output; a dimension is a number or the name of an open one. */
  void output(String name, DataType type, Object... dimensions) {
    graph.addOutput(value(name, type, dimensions));
  }

  /** Refers to bytes that stay in a file below {@code folder}. */
  void external(TensorEntry entry, Path folder) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(entry.name())
            .setDataType(type(entry.dtype()).getNumber())
            .addAllDims(entry.shape())
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(pair("location", folder.relativize(entry.file()).toString()))
            .addExternalData(pair("offset", Long.toString(entry.offset())))
            .addExternalData(pair("length", Long.toString(entry.length()))));
  }

  /** Declares a constant whose bytes the session is given when it is made. */
  void supplied(String name, DataType type, List<Long> dimensions) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.getNumber())
            .addAllDims(dimensions)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(pair("location", name)));
  }

  void floats(String name, float[] values, long... dimensions) {
    ByteBuffer bytes = littleEndian(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    constant(name, DataType.FLOAT, bytes, dimensions);
  }

  void longs(String name, long... values) {
    ByteBuffer bytes = littleEndian(values.length * Long.BYTES);
    bytes.asLongBuffer().put(values);
    constant(name, DataType.INT64, bytes, values.length);
  }

  /** Bytes of either sign; one without dimensions is a scalar. */
  void bytes(String name, DataType type, byte[] values, long... dimensions) {
    constant(name, type, ByteBuffer.wrap(values), dimensions);
  }

  /** The finished model as the bytes of a {@code ModelProto}. */
  byte[] toModel() {
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .addOpsetImport(opset("", OPSET))
        .addOpsetImport(opset(Op.MICROSOFT, 1))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private void constant(String name, DataType type, ByteBuffer bytes, long... dimensions) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.getNumber())
            .setRawData(ByteString.copyFrom(bytes));
    for (long dimension : dimensions) {
      tensor.addDims(dimension);
    }
    graph.addInitializer(tensor);
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static DataType type(Dtype dtype) {
    return switch (dtype) {
      case F32 -> DataType.FLOAT;
      case F16 -> DataType.FLOAT16;
      case BF16 -> DataType.BFLOAT16;
    };
  }

  private static StringStringEntryProto pair(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static OperatorSetIdProto opset(String domain, int version) {
    return OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version).build();
  }

  private static ValueInfoProto value(String name, DataType type, Object... dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object dimension : dimensions) {
      shape.addDim(dimension(dimension));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
        .build();
  }

  private static TensorShapeProto.Dimension dimension(Object dimension) {
    TensorShapeProto.Dimension.Builder built = TensorShapeProto.Dimension.newBuilder();
    return switch (dimension) {
      case String open -> built.setDimParam(open).build();
      case Number fixed -> built.setDimValue(fixed.longValue()).build();
      default -> throw new IllegalArgumentException("no dimension: " + dimension);
    };
  }
}
