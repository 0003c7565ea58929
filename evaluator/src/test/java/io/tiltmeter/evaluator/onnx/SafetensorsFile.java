package io.tiltmeter.evaluator.onnx;

import io.tiltmeter.evaluator.checkpoint.Dtype;
import io.tiltmeter.evaluator.checkpoint.TensorEntry;
import io.tiltmeter.evaluator.onnx.TinyLlama.Matrix;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes safetensors files: header length, JSON header, then the tensors one after another. */
final class SafetensorsFile {
  private SafetensorsFile() {}

  static Map<String, TensorEntry> write(Path file, Map<String, Matrix> tensors, Dtype dtype)
      throws IOException {
    StringBuilder header = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}");
    long offset = 0;
    for (Map.Entry<String, Matrix> tensor : tensors.entrySet()) {
      long end = offset + length(tensor.getValue(), dtype);
      header.append(
          ",\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(tensor.getKey(), dtype, shape(tensor.getValue()), offset, end));
      offset = end;
    }
    byte[] json = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
    Map<String, TensorEntry> entries = new HashMap<>();
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      out.write(
          ByteBuffer.allocate(Long.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(json.length)
              .array());
      out.write(json);
      long position = (long) Long.BYTES + json.length;
      for (Map.Entry<String, Matrix> tensor : tensors.entrySet()) {
        byte[] data = encoded(tensor.getValue(), dtype);
        entries.put(tensor.getKey(), entry(file, dtype, tensor, position));
        out.write(data);
        position += data.length;
      }
    }
    return entries;
  }

  private static TensorEntry entry(
      Path file, Dtype dtype, Map.Entry<String, Matrix> tensor, long position) {
    Matrix matrix = tensor.getValue();
    return new TensorEntry(
        tensor.getKey(), dtype, shape(matrix), file, position, length(matrix, dtype));
  }

  static Matrix rounded(Matrix matrix, Dtype dtype) {
    float[] values = new float[matrix.values().length];
    for (int i = 0; i < values.length; i++) {
      float value = matrix.values()[i];
      values[i] =
          switch (dtype) {
            case F32 -> value;
            case F16 -> Float.float16ToFloat(Float.floatToFloat16(value));
            case BF16 -> Float.intBitsToFloat(brain(value) << Short.SIZE);
          };
    }
    return new Matrix(matrix.rows(), matrix.columns(), values);
  }

  private static byte[] encoded(Matrix matrix, Dtype dtype) {
    byte[] all = new byte[length(matrix, dtype)];
    ByteBuffer bytes = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : matrix.values()) {
      switch (dtype) {
        case F32 -> bytes.putFloat(value);
        case F16 -> bytes.putShort(Float.floatToFloat16(value));
        case BF16 -> bytes.putShort(brain(value));
      }
    }
    return all;
  }

  /** The upper half of a float32; cutting the rest off is rounding enough for a test. */
  private static short brain(float value) {
    return (short) (Float.floatToRawIntBits(value) >>> Short.SIZE);
  }

  private static List<Long> shape(Matrix matrix) {
    return matrix.rows() == 1
        ? List.of((long) matrix.columns())
        : List.of((long) matrix.rows(), (long) matrix.columns());
  }

  private static int length(Matrix matrix, Dtype dtype) {
    return matrix.values().length * dtype.bytes();
  }
}
