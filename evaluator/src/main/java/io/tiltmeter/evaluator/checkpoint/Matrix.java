package io.tiltmeter.evaluator.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The rows of a checkpoint's matrix, mapped from its file; several threads may read at once. */
public final class Matrix {
  private final TensorEntry entry;
  private final MemorySegment bytes;
  private final int columns;

  private Matrix(TensorEntry entry, MemorySegment bytes) {
    this.entry = entry;
    this.bytes = bytes;
    this.columns = Math.toIntExact(entry.shape().getLast());
  }

  /**
   * Maps a tensor of two dimensions, as long as the arena is open.
   *
   * @throws ModelException if the file cannot be read
   */
  public static Matrix map(TensorEntry entry, Arena arena) {
    try {
      return new Matrix(entry, TensorData.map(entry, arena));
    } catch (IOException e) {
      throw new ModelException(
          "tensor \"%s\" cannot be read from %s: %s; copy the model again"
              .formatted(entry.name(), entry.file(), e.getMessage()),
          e);
    }
  }

  public int rows() {
    return Math.toIntExact(entry.shape().getFirst());
  }

  public int columns() {
    return columns;
  }

  /**
   * Reads a row.
   *
   * @param values as long as a row
   */
  public void read(int row, float[] values) {
    long first = (long) row * columns;
    if (entry.dtype() == Dtype.F32) {
      MemorySegment.copy(bytes, TensorData.FLOAT, first * Float.BYTES, values, 0, values.length);
    } else {
      TensorData.read(bytes, entry.dtype(), first, values);
    }
  }

  /** The tensor's name and file, for messages. */
  public String describe() {
    return "tensor \"%s\" in %s".formatted(entry.name(), entry.file());
  }
}
