package io.tiltmeter.evaluator.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import io.tiltmeter.evaluator.checkpoint.Adapter;
import io.tiltmeter.evaluator.checkpoint.Adapter.LowRankPair;
import io.tiltmeter.evaluator.checkpoint.Adapter.Site;
import io.tiltmeter.evaluator.checkpoint.Matrix;
import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.evaluator.checkpoint.TensorEntry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;

/** The low-rank pairs of an adapter as float32 inputs of the graph, outside the Java heap. */
final class AdapterInputs implements AutoCloseable {
  // Shared: a session may be opened by one thread and closed by another.
  private final Arena arena = Arena.ofShared();
  private final Map<String, OnnxTensor> tensors = new HashMap<>();

  private AdapterInputs() {}

  /**
   * Reads all pairs; the scale goes into B.
   *
   * @throws ModelException if a file cannot be read or a value is NaN or infinite
   */
  static AdapterInputs read(Adapter adapter) throws OrtException {
    AdapterInputs inputs = new AdapterInputs();
    try {
      for (Map.Entry<Site, LowRankPair> pair : adapter.pairs().entrySet()) {
        inputs.add(pair.getKey(), pair.getValue());
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
      Matrix matrix = Matrix.map(entry, reading);
      float[] row = new float[matrix.columns()];
      for (int r = 0; r < matrix.rows(); r++) {
        matrix.read(r, row);
        for (int i = 0; i < row.length; i++) {
          long at = (long) r * row.length + i;
          floats.setAtIndex(ValueLayout.JAVA_FLOAT, at, finite(entry, scale * row[i], at));
        }
      }
    }
    return Tensors.floats(floats, entry.shape().stream().mapToLong(Long::longValue).toArray());
  }

  private static float finite(TensorEntry entry, float value, long at) {
    if (!Float.isFinite(value)) {
      throw new ModelException(
          "adapter tensor \"%s\" in %s holds NaN or Infinity at element %d; expected finite values, train it again"
              .formatted(entry.name(), entry.file(), at));
    }
    return value;
  }
}
