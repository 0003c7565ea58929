package io.tiltmeter.evaluator.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtException;
import io.tiltmeter.evaluator.checkpoint.Matrix;
import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.evaluator.checkpoint.TensorEntry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Matrices of a checkpoint rounded to 8 bits, in native memory for as long as this is open. They
 * are made from the pinned files whenever a model is loaded: that costs less than a second for each
 * 300 million numbers, and a stored copy would have to be checked against the files anyway.
 */
final class QuantisedWeights implements AutoCloseable {
  /** Numbers of a row that share a scale in blocks. */
  static final int BLOCK = 32;

  /** What stands for 0 in unsigned bytes. */
  static final int MIDDLE = 128;

  /** Outputs that one task rounds, so that a transposed matrix is written in runs of bytes. */
  private static final int PANEL = 64;

  // Shared: several threads write, and a session may be closed by another than opened it.
  private final Arena arena = Arena.ofShared();
  private final Map<String, OnnxTensorLike> tensors = new HashMap<>();

  /**
   * One rounded matrix as a graph declares it.
   *
   * @param values name of the 8-bit numbers
   * @param scales name of the float32 scales
   */
  record Rounded(String values, List<Long> valueShape, String scales, List<Long> scaleShape) {}

  /** Everything rounded so far, by name. */
  Map<String, OnnxTensorLike> tensors() {
    return tensors;
  }

  /**
   * In blocks along each row: unsigned values [N, blocks, 32] around 128, scales [N, blocks]; the
   * last block of a row is filled up with zeros.
   *
   * @throws ModelException if the matrix cannot be read or holds NaN or Infinity
   */
  Rounded blocks(TensorEntry entry) {
    long rows = entry.shape().getFirst();
    long blocks = (entry.shape().getLast() + BLOCK - 1) / BLOCK;
    Rounded rounded =
        new Rounded(
            entry.name() + ".blocks",
            List.of(rows, blocks, (long) BLOCK),
            entry.name() + ".block_scales",
            List.of(rows, blocks));
    make(entry, rounded, OnnxJavaType.UINT8, QuantisedWeights::roundBlocks);
    return rounded;
  }

  /**
   * With one scale for each output, whose row is turned first: signed values transposed, [K, N],
   * scales [N].
   *
   * @throws ModelException if the matrix cannot be read or holds NaN or Infinity
   */
  Rounded columns(TensorEntry entry) {
    long rows = entry.shape().getFirst();
    Rounded rounded =
        new Rounded(
            entry.name() + ".columns",
            List.of(entry.shape().getLast(), rows),
            entry.name() + ".column_scales",
            List.of(rows));
    make(entry, rounded, OnnxJavaType.INT8, QuantisedWeights::roundPanel);
    return rounded;
  }

  @Override
  public void close() {
    tensors.values().forEach(tensor -> ((OnnxTensor) tensor).close());
    tensors.clear();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  /** Rounds rows {@code first} to {@code last}, exclusive. */
  private interface Panel {
    void round(Matrix matrix, int first, int last, MemorySegment values, MemorySegment scales);
  }

  private void make(TensorEntry entry, Rounded rounded, OnnxJavaType type, Panel panel) {
    if (tensors.containsKey(rounded.values())) {
      return;
    }
    MemorySegment values = arena.allocate(size(rounded.valueShape()), Long.BYTES);
    MemorySegment scales = arena.allocate(ValueLayout.JAVA_FLOAT, size(rounded.scaleShape()));
    try (Arena reading = Arena.ofShared()) {
      Matrix matrix = Matrix.map(entry, reading);
      int rows = matrix.rows();
      IntStream.range(0, (rows + PANEL - 1) / PANEL)
          .parallel()
          .forEach(
              i -> panel.round(matrix, i * PANEL, Math.min(rows, (i + 1) * PANEL), values, scales));
    }
    try {
      tensors.put(rounded.values(), Tensors.bytes(values, type, dimensions(rounded.valueShape())));
      tensors.put(rounded.scales(), Tensors.floats(scales, dimensions(rounded.scaleShape())));
    } catch (OrtException e) {
      throw new ModelException("tensors were not made: " + OnnxRuntime.firstLine(e), e);
    }
  }

  private static void roundBlocks(
      Matrix matrix, int first, int last, MemorySegment values, MemorySegment scales) {
    int width = matrix.columns();
    int blocks = (width + BLOCK - 1) / BLOCK;
    float[] row = new float[width];
    byte[] bytes = new byte[blocks * BLOCK];
    float[] own = new float[blocks];
    Arrays.fill(bytes, (byte) MIDDLE);
    for (int r = first; r < last; r++) {
      matrix.read(r, row);
      for (int block = 0; block < blocks; block++) {
        int from = block * BLOCK;
        int to = Math.min(width, from + BLOCK);
        own[block] = Rounding.round(row, from, to, largest(matrix, row, from, to), MIDDLE, bytes);
      }
      copy(bytes, bytes.length, values, (long) r * bytes.length);
      MemorySegment.copy(
          own, 0, scales, ValueLayout.JAVA_FLOAT, (long) r * blocks * Float.BYTES, blocks);
    }
  }

  private static void roundPanel(
      Matrix matrix, int first, int last, MemorySegment values, MemorySegment scales) {
    int width = matrix.columns();
    int outputs = last - first;
    float[] row = new float[width];
    byte[] bytes = new byte[width];
    byte[][] transposed = new byte[width][outputs];
    Rotation rotation = Rotation.of(width);
    for (int r = first; r < last; r++) {
      matrix.read(r, row);
      rotation.turn(row);
      float scale = Rounding.round(row, 0, width, largest(matrix, row, 0, width), 0, bytes);
      scales.setAtIndex(ValueLayout.JAVA_FLOAT, r, scale);
      for (int k = 0; k < width; k++) {
        transposed[k][r - first] = bytes[k];
      }
    }
    for (int k = 0; k < width; k++) {
      copy(transposed[k], outputs, values, (long) k * matrix.rows() + first);
    }
  }

  private static float largest(Matrix matrix, float[] row, int from, int to) {
    float largest = Rounding.largest(row, from, to);
    if (!Float.isFinite(largest)) {
      throw new ModelException(
          "%s holds NaN or Infinity; expected finite values, train or export it again"
              .formatted(matrix.describe()));
    }
    return largest;
  }

  private static void copy(byte[] bytes, int count, MemorySegment to, long at) {
    MemorySegment.copy(bytes, 0, to, ValueLayout.JAVA_BYTE, at, count);
  }

  private static long size(List<Long> shape) {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  private static long[] dimensions(List<Long> shape) {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }
}
