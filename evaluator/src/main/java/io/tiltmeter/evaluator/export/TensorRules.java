package io.tiltmeter.evaluator.export;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What a tensor of an export may be: plain numbers, exactly as many as its shape says. */
final class TensorRules {
  private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

  private final Refusal refusal;
  private final Map<String, Path> files;
  private final Set<String> used = new HashSet<>();

  /**
   * @param files that weights may lie in, by the name that refers to them
   */
  TensorRules(Refusal refusal, Map<String, Path> files) {
    this.refusal = refusal;
    this.files = Map.copyOf(files);
  }

  /** Whether numbers of this type are allowed, with what to do where they are not. */
  static void requireType(Refusal refusal, int type, String what) {
    switch (type) {
      case DataType.FLOAT_VALUE,
          DataType.DOUBLE_VALUE,
          DataType.INT32_VALUE,
          DataType.INT64_VALUE,
          DataType.BOOL_VALUE -> {}
      case DataType.FLOAT16_VALUE, DataType.BFLOAT16_VALUE ->
          throw refusal.of(
              "%s is in 16 bits; export the model again in float32 (--dtype fp32)".formatted(what));
      default ->
          throw refusal.of(
              "%s has numbers of type %s; export the model again in float32, not quantized"
                  .formatted(what, DataType.forNumber(type)));
    }
  }

  /** A checked copy of a weight, which may refer to a file. */
  TensorProto weight(TensorProto tensor) {
    return tensor.getDataLocation() == DataLocation.EXTERNAL ? stored(tensor) : constant(tensor);
  }

  /** A checked copy of a tensor that brings its own numbers. */
  TensorProto constant(TensorProto tensor) {
    String what = "tensor " + Refusal.name(tensor.getName());
    if (tensor.getDataLocation() != DataLocation.DEFAULT || tensor.getExternalDataCount() > 0) {
      throw refusal.extra(what + ", which refers to another file from inside a node,");
    }
    TensorProto.Builder copy = head(tensor, what);
    long count = count(tensor, what);
    boolean exact =
        tensor.hasRawData()
            ? tensor.getRawData().size() == count * width(tensor) && listed(tensor) == 0
            : ownList(tensor) == count && listed(tensor) == count;
    if (!exact) {
      throw refusal.of("%s has not the numbers of its shape; copy the file again".formatted(what));
    }
    if (tensor.hasRawData()) {
      return copy.setRawData(tensor.getRawData()).build();
    }
    return copy.addAllFloatData(tensor.getFloatDataList())
        .addAllInt32Data(tensor.getInt32DataList())
        .addAllInt64Data(tensor.getInt64DataList())
        .addAllDoubleData(tensor.getDoubleDataList())
        .build();
  }

  /** Names of the files that weights were found in. */
  Set<String> used() {
    return used;
  }

  private TensorProto stored(TensorProto tensor) {
    String what = "weight " + Refusal.name(tensor.getName());
    TensorProto.Builder copy = head(tensor, what);
    if (tensor.hasRawData() || listed(tensor) > 0) {
      throw refusal.extra(what + ", which has numbers here and in another file,");
    }
    Map<String, String> place = place(tensor, what);
    String location = place.getOrDefault(LargeTensor.LOCATION, "");
    Path file = files.get(location);
    if (file == null) {
      throw refusal.of(
          "%s lies in %s; expected the name of a *.onnx_data file in the same directory"
              .formatted(what, Refusal.name(location)));
    }
    used.add(location);
    long length = count(tensor, what) * width(tensor);
    long offset = number(place, LargeTensor.OFFSET, 0, what);
    requireInside(file, offset, length, number(place, LargeTensor.LENGTH, length, what), what);
    return copy.setDataLocation(DataLocation.EXTERNAL)
        .addExternalData(entry(LargeTensor.LOCATION, file.getFileName().toString()))
        .addExternalData(entry(LargeTensor.OFFSET, Long.toString(offset)))
        .addExternalData(entry(LargeTensor.LENGTH, Long.toString(length)))
        .build();
  }

  private TensorProto.Builder head(TensorProto tensor, String what) {
    requireType(refusal, tensor.getDataType(), what);
    if (tensor.hasSegment() || !tensor.getUnknownFields().asMap().isEmpty()) {
      throw refusal.extra(what + ", which has unknown members,");
    }
    return TensorProto.newBuilder()
        .setName(tensor.getName())
        .setDataType(tensor.getDataType())
        .addAllDims(tensor.getDimsList());
  }

  private Map<String, String> place(TensorProto tensor, String what) {
    Map<String, String> place = new HashMap<>();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      boolean known =
          switch (entry.getKey()) {
            case LargeTensor.LOCATION, LargeTensor.OFFSET, LargeTensor.LENGTH, "checksum" -> true;
            default -> false;
          };
      if (!known || place.put(entry.getKey(), entry.getValue()) != null) {
        throw refusal.extra(
            "%s, which gives %s of its data,".formatted(what, Refusal.name(entry.getKey())));
      }
    }
    return place;
  }

  private long number(Map<String, String> place, String key, long absent, String what) {
    String text = place.get(key);
    if (text == null) {
      return absent;
    }
    if (!NUMBER.matcher(text).matches()) {
      throw refusal.of(
          "%s: %s: expected a number of bytes, found %s".formatted(what, key, Refusal.name(text)));
    }
    return Long.parseLong(text);
  }

  private void requireInside(Path file, long offset, long length, long said, String what) {
    try {
      long size = Files.size(file);
      if (said != length || offset > size - length) {
        throw refusal.of(
            "%s needs %d bytes, found bytes %d to %d of the %d in %s; copy the whole model"
                .formatted(what, length, offset, offset + said, size, file.getFileName()));
      }
    } catch (IOException e) {
      throw refusal.of("%s cannot be read".formatted(file.getFileName()));
    }
  }

  /** How many numbers the shape asks for; at most as many as a file could hold. */
  private long count(TensorProto tensor, String what) {
    long count = 1;
    for (long dimension : tensor.getDimsList()) {
      if (dimension < 0 || (dimension > 0 && count > (1L << 50) / dimension)) {
        throw refusal.of(
            "%s has the shape %s, which no tensor has".formatted(what, tensor.getDimsList()));
      }
      count *= dimension;
    }
    return count;
  }

  private static int width(TensorProto tensor) {
    return switch (tensor.getDataType()) {
      case DataType.BOOL_VALUE -> 1;
      case DataType.INT64_VALUE, DataType.DOUBLE_VALUE -> Long.BYTES;
      default -> Integer.BYTES;
    };
  }

  /** How many numbers lie in the list that belongs to the tensor's type. */
  private static int ownList(TensorProto tensor) {
    return switch (tensor.getDataType()) {
      case DataType.FLOAT_VALUE -> tensor.getFloatDataCount();
      case DataType.DOUBLE_VALUE -> tensor.getDoubleDataCount();
      case DataType.INT64_VALUE -> tensor.getInt64DataCount();
      default -> tensor.getInt32DataCount();
    };
  }

  private static int listed(TensorProto tensor) {
    return tensor.getFloatDataCount()
        + tensor.getDoubleDataCount()
        + tensor.getInt32DataCount()
        + tensor.getInt64DataCount()
        + tensor.getStringDataCount()
        + tensor.getUint64DataCount();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
