package io.tiltmeter.evaluator.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import io.tiltmeter.evaluator.checkpoint.Adapter;
import io.tiltmeter.evaluator.checkpoint.Adapter.LowRankPair;
import io.tiltmeter.evaluator.checkpoint.Adapter.Site;
import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.evaluator.checkpoint.TensorEntry;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * The low-rank pairs and whole tensors of an adapter as float32 inputs of the graph, outside the
 * Java heap.
 */
final class AdapterInputs implements AutoCloseable {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  // Shared: a session may be opened by one thread and closed by another.
  private final Arena arena = Arena.ofShared();
  private final Map<String, OnnxTensor> tensors = new HashMap<>();

  private AdapterInputs() {}

  /**
   * Reads all tensors; the scale goes into B.
   *
   * @throws ModelException if a file cannot be read or a value is NaN or infinite
   */
  static AdapterInputs read(Adapter adapter) throws OrtException {
    AdapterInputs inputs = new AdapterInputs();
    try {
      for (Map.Entry<Site, LowRankPair> pair : adapter.pairs().entrySet()) {
        inputs.add(pair.getKey(), pair.getValue());
      }
      for (Map.Entry<String, TensorEntry> whole : adapter.replaced().entrySet()) {
        inputs.tensors.put(
            DecoderGraph.replaced(whole.getKey()), inputs.tensor(whole.getValue(), 1));
      }
      return inputs;
    } catch (OrtException | RuntimeException e) {
      inputs.close();
      throw e;
    }
  }

  Map<String, OnnxTensor> tensors() {
    return tensors;
  }

  @Override
  public void close() {
    tensors.values().forEach(OnnxTensor::close);
    tensors.clear();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  private void add(Site site, LowRankPair pair) throws OrtException {
    tensors.put(DecoderGraph.down(site), tensor(pair.a(), 1));
    tensors.put(DecoderGraph.up(site), tensor(pair.b(), pair.scale()));
  }

  private OnnxTensor tensor(TensorEntry entry, float scale) throws OrtException {
    long count = entry.length() / entry.dtype().bytes();
    if (count * Float.BYTES > Integer.MAX_VALUE) {
      throw new ModelException(
          "adapter tensor \"%s\" in %s has %d elements, an input holds %d; merge the adapter first"
              .formatted(entry.name(), entry.file(), count, Integer.MAX_VALUE / Float.BYTES));
    }
    MemorySegment floats = arena.allocate(ValueLayout.JAVA_FLOAT, count);
    try (Arena reading = Arena.ofConfined()) {
      MemorySegment stored = map(entry, reading);
      for (long i = 0; i < count; i++) {
        float value = scale * value(entry, stored, i);
        if (!Float.isFinite(value)) {
          throw new ModelException(
              "adapter tensor \"%s\" in %s holds NaN or Infinity at element %d; expected finite values, train it again"
                  .formatted(entry.name(), entry.file(), i));
        }
        floats.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
      }
    }
    return Tensors.floats(floats, entry.shape().stream().mapToLong(Long::longValue).toArray());
  }

  private static float value(TensorEntry entry, MemorySegment stored, long i) {
    return switch (entry.dtype()) {
      case F32 -> stored.get(FLOAT, i * Float.BYTES);
      case F16 -> Float.float16ToFloat(stored.get(SHORT, i * Short.BYTES));
      // bfloat16 is the upper half of a float32.
      case BF16 -> Float.intBitsToFloat(stored.get(SHORT, i * Short.BYTES) << Short.SIZE);
    };
  }

  private static MemorySegment map(TensorEntry entry, Arena arena) {
    try (FileChannel file = FileChannel.open(entry.file(), StandardOpenOption.READ)) {
      // A map beyond the end would fail only when it is read, and not as an exception.
      if (file.size() < entry.offset() + entry.length()) {
        throw new IOException("the file ends inside the tensor");
      }
      return file.map(FileChannel.MapMode.READ_ONLY, entry.offset(), entry.length(), arena);
    } catch (IOException e) {
      throw new ModelException(
          "adapter tensor \"%s\" cannot be read from %s: %s; copy the adapter again"
              .formatted(entry.name(), entry.file(), e.getMessage()),
          e);
    }
  }
}
