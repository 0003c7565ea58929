package io.tiltmeter.evaluator.export;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Weights inside an ONNX file become a reference to their bytes there, in the form in which ONNX
 * refers to other files.
 *
 * @param file the ONNX file itself
 */
record LargeTensor(Path file, Refusal refusal) {
  /** Larger tensors are not kept in memory; no shape, which the runtime must know early, is. */
  static final int OVER = 1 << 16;

  private static final int LONGEST_NAME = 1 << 12;

  static final String LOCATION = "location";
  static final String OFFSET = "offset";
  static final String LENGTH = "length";

  /** Reads a tensor up to the current limit. */
  TensorProto read(CodedInputStream wire) throws IOException {
    TensorProto.Builder tensor = TensorProto.newBuilder();
    for (int tag = wire.readTag(); tag != 0; tag = wire.readTag()) {
      member(wire, tag, tensor);
    }
    if (tensor.getExternalDataCount() == 0) {
      throw refusal.of(
          "weight %s keeps its numbers in no raw_data; export the model again"
              .formatted(Refusal.name(tensor.getName())));
    }
    return tensor.build();
  }

  private void member(CodedInputStream wire, int tag, TensorProto.Builder tensor)
      throws IOException {
    switch (WireFormat.getTagFieldNumber(tag)) {
      case TensorProto.DIMS_FIELD_NUMBER -> dimensions(wire, tag, tensor);
      case TensorProto.DATA_TYPE_FIELD_NUMBER -> tensor.setDataType(wire.readInt32());
      case TensorProto.NAME_FIELD_NUMBER -> tensor.setNameBytes(bounded(wire));
      case TensorProto.RAW_DATA_FIELD_NUMBER -> pass(wire, tensor);
      case TensorProto.DOC_STRING_FIELD_NUMBER, TensorProto.METADATA_PROPS_FIELD_NUMBER ->
          wire.skipField(tag);
      case TensorProto.DATA_LOCATION_FIELD_NUMBER -> inside(wire.readEnum());
      default ->
          throw refusal.extra(
              "member %d of a large tensor".formatted(WireFormat.getTagFieldNumber(tag)));
    }
  }

  private static void dimensions(CodedInputStream wire, int tag, TensorProto.Builder tensor)
      throws IOException {
    if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT) {
      tensor.addDims(wire.readInt64());
      return;
    }
    int end = wire.pushLimit(wire.readRawVarint32());
    while (wire.getBytesUntilLimit() > 0) {
      tensor.addDims(wire.readInt64());
    }
    wire.popLimit(end);
  }

  private ByteString bounded(CodedInputStream wire) throws IOException {
    int length = wire.readRawVarint32();
    if (length < 0 || length > LONGEST_NAME) {
      throw refusal.extra("a name of %d bytes".formatted(length));
    }
    return ByteString.copyFrom(wire.readRawBytes(length));
  }

  private void pass(CodedInputStream wire, TensorProto.Builder tensor) throws IOException {
    if (tensor.getExternalDataCount() > 0) {
      throw refusal.extra("a tensor with two data members");
    }
    int length = wire.readRawVarint32();
    tensor
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(entry(LOCATION, file.getFileName().toString()))
        .addExternalData(entry(OFFSET, Integer.toString(wire.getTotalBytesRead())))
        .addExternalData(entry(LENGTH, Integer.toString(length)));
    wire.skipRawBytes(length);
  }

  private void inside(int location) {
    if (location != TensorProto.DataLocation.DEFAULT_VALUE) {
      throw refusal.extra("a large tensor that refers to another file");
    }
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
