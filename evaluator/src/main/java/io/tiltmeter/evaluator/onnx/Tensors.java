package io.tiltmeter.evaluator.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Tensors that look at native memory without a copy; whoever owns the memory outlives them. */
final class Tensors {
  private Tensors() {}

  static OnnxTensor floats(MemorySegment memory, long... shape) throws OrtException {
    return OnnxTensor.createTensor(
        OnnxRuntime.environment(), buffer(memory).asFloatBuffer(), shape);
  }

  static OnnxTensor ints(MemorySegment memory, long... shape) throws OrtException {
    return OnnxTensor.createTensor(OnnxRuntime.environment(), buffer(memory).asIntBuffer(), shape);
  }

  static OnnxTensor longs(MemorySegment memory, long... shape) throws OrtException {
    return OnnxTensor.createTensor(OnnxRuntime.environment(), buffer(memory).asLongBuffer(), shape);
  }

  static OnnxTensor booleans(MemorySegment memory, long... shape) throws OrtException {
    return OnnxTensor.createTensor(
        OnnxRuntime.environment(), buffer(memory), shape, OnnxJavaType.BOOL);
  }

  static OnnxTensor bytes(MemorySegment memory, OnnxJavaType type, long... shape)
      throws OrtException {
    return OnnxTensor.createTensor(OnnxRuntime.environment(), buffer(memory), shape, type);
  }

  private static ByteBuffer buffer(MemorySegment memory) {
    return memory.asByteBuffer().order(ByteOrder.nativeOrder());
  }
}
