package io.tiltmeter.evaluator.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads the outer levels of an ONNX file member by member. Large weights are passed over and
 * referred to by their place in the file; texts for people are dropped; a member that is not known
 * refuses the file.
 */
final class GraphFile {
  /** Far more than the operators of any model take. */
  private static final long MAX_KEPT = 64L << 20;

  private final Refusal refusal;
  private final LargeTensor largeTensors;
  private final ModelProto.Builder model = ModelProto.newBuilder();
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("decoder");
  private boolean graphSeen;
  private long kept;

  private GraphFile(Path file) {
    this.refusal = new Refusal(file);
    this.largeTensors = new LargeTensor(file, refusal);
  }

  /**
   * What the file holds, unvetted inside nodes and tensors.
   *
   * @throws io.tiltmeter.evaluator.checkpoint.ModelException if it is malformed, holds an unknown
   *     member or is too large
   */
  static ModelProto read(Path file) {
    return new GraphFile(file).read();
  }

  private ModelProto read() {
    Path file = refusal.file();
    try (InputStream in = Files.newInputStream(file)) {
      if (Files.size(file) > Integer.MAX_VALUE) {
        throw refusal.of("expected at most 2 GiB; keep weights in a *.onnx_data file");
      }
      CodedInputStream wire = CodedInputStream.newInstance(in);
      for (int tag = wire.readTag(); tag != 0; tag = wire.readTag()) {
        modelMember(wire, tag);
      }
      if (!graphSeen) {
        throw refusal.of("expected an ONNX model, found none");
      }
      return model.setGraph(graph).build();
    } catch (InvalidProtocolBufferException e) {
      throw refusal.of("expected an ONNX model, found other or cut bytes");
    } catch (IOException e) {
      throw refusal.of("it cannot be read");
    }
  }

  private void modelMember(CodedInputStream wire, int tag) throws IOException {
    switch (WireFormat.getTagFieldNumber(tag)) {
      case ModelProto.IR_VERSION_FIELD_NUMBER -> model.setIrVersion(wire.readInt64());
      case ModelProto.OPSET_IMPORT_FIELD_NUMBER ->
          model.addOpsetImport(OperatorSetIdProto.parseFrom(keep(wire, tag)));
      case ModelProto.GRAPH_FIELD_NUMBER -> graph(wire, tag);
      case ModelProto.PRODUCER_NAME_FIELD_NUMBER,
          ModelProto.PRODUCER_VERSION_FIELD_NUMBER,
          ModelProto.DOMAIN_FIELD_NUMBER,
          ModelProto.MODEL_VERSION_FIELD_NUMBER,
          ModelProto.DOC_STRING_FIELD_NUMBER,
          ModelProto.METADATA_PROPS_FIELD_NUMBER ->
          wire.skipField(tag);
      case ModelProto.FUNCTIONS_FIELD_NUMBER -> throw refusal.extra("a function of its own");
      case ModelProto.TRAINING_INFO_FIELD_NUMBER -> throw refusal.extra("training_info");
      default -> throw unknown("ModelProto", tag);
    }
  }

  private void graph(CodedInputStream wire, int tag) throws IOException {
    if (graphSeen) {
      throw refusal.extra("a second graph");
    }
    graphSeen = true;
    int end = wire.pushLimit(length(wire, tag));
    for (int inner = wire.readTag(); inner != 0; inner = wire.readTag()) {
      graphMember(wire, inner);
    }
    wire.popLimit(end);
  }

  private void graphMember(CodedInputStream wire, int tag) throws IOException {
    switch (WireFormat.getTagFieldNumber(tag)) {
      case GraphProto.NODE_FIELD_NUMBER -> graph.addNode(NodeProto.parseFrom(keep(wire, tag)));
      case GraphProto.INITIALIZER_FIELD_NUMBER -> tensor(wire, tag);
      case GraphProto.INPUT_FIELD_NUMBER ->
          graph.addInput(ValueInfoProto.parseFrom(keep(wire, tag)));
      case GraphProto.OUTPUT_FIELD_NUMBER ->
          graph.addOutput(ValueInfoProto.parseFrom(keep(wire, tag)));
      case GraphProto.NAME_FIELD_NUMBER,
          GraphProto.DOC_STRING_FIELD_NUMBER,
          GraphProto.VALUE_INFO_FIELD_NUMBER,
          GraphProto.METADATA_PROPS_FIELD_NUMBER ->
          wire.skipField(tag);
      case GraphProto.SPARSE_INITIALIZER_FIELD_NUMBER -> throw refusal.extra("a sparse weight");
      case GraphProto.QUANTIZATION_ANNOTATION_FIELD_NUMBER ->
          throw refusal.extra("a quantization annotation");
      default -> throw unknown("GraphProto", tag);
    }
  }

  private void tensor(CodedInputStream wire, int tag) throws IOException {
    int length = length(wire, tag);
    if (length <= LargeTensor.OVER) {
      graph.addInitializer(TensorProto.parseFrom(keepBytes(wire, length)));
      return;
    }
    kept(LargeTensor.OVER);
    int end = wire.pushLimit(length);
    graph.addInitializer(largeTensors.read(wire));
    wire.popLimit(end);
  }

  private byte[] keep(CodedInputStream wire, int tag) throws IOException {
    return keepBytes(wire, length(wire, tag));
  }

  private byte[] keepBytes(CodedInputStream wire, int length) throws IOException {
    kept(length);
    return wire.readRawBytes(length);
  }

  private void kept(int length) {
    kept += length;
    if (kept > MAX_KEPT) {
      throw refusal.of(
          "its operators take more than %d MiB; no decoder needs as many"
              .formatted(MAX_KEPT >> 20));
    }
  }

  private int length(CodedInputStream wire, int tag) throws IOException {
    int length = wire.readRawVarint32();
    if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED || length < 0) {
      throw unknown("message", tag);
    }
    return length;
  }

  private RuntimeException unknown(String message, int tag) {
    return refusal.extra("member %d of %s".formatted(WireFormat.getTagFieldNumber(tag), message));
  }
}
