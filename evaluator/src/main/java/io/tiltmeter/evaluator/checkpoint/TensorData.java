package io.tiltmeter.evaluator.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/** The numbers of a tensor, read from and written to their little-endian bytes. */
final class TensorData {
  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private TensorData() {}

  /** Maps a tensor's bytes, read only, as long as the arena is open. */
  static MemorySegment map(TensorEntry entry, Arena arena) throws IOException {
    try (FileChannel channel = FileChannel.open(entry.file(), StandardOpenOption.READ)) {
      // A map beyond the end would fail only when it is read, and not as an exception.
      if (channel.size() < entry.offset() + entry.length()) {
        throw new IOException("the file ends inside the tensor");
      }
      return channel.map(FileChannel.MapMode.READ_ONLY, entry.offset(), entry.length(), arena);
    }
  }

  /** Whether two tensors agree in type and every byte. */
  static boolean sameBytes(TensorEntry one, TensorEntry other) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      return one.dtype() == other.dtype() && map(one, arena).mismatch(map(other, arena)) < 0;
    }
  }

  /** All elements as float32; the tensor must have less than 2^31 of them. */
  static float[] floats(TensorEntry entry) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      float[] values = new float[Math.toIntExact(entry.length() / entry.dtype().bytes())];
      read(map(entry, arena), entry.dtype(), 0, values);
      return values;
    }
  }

  /** Fills {@code values} from element {@code first} on. */
  static void read(MemorySegment bytes, Dtype dtype, long first, float[] values) {
    for (int i = 0; i < values.length; i++) {
      long at = (first + i) * dtype.bytes();
      values[i] =
          switch (dtype) {
            case F32 -> bytes.get(FLOAT, at);
            case F16 -> Float.float16ToFloat(bytes.get(SHORT, at));
            case BF16 -> Float.intBitsToFloat(bytes.get(SHORT, at) << 16);
          };
    }
  }

  /** Writes {@code values} from the first byte on, rounded to nearest, ties to even. */
  static void write(MemorySegment bytes, Dtype dtype, float[] values) {
    for (int i = 0; i < values.length; i++) {
      long at = (long) i * dtype.bytes();
      switch (dtype) {
        case F32 -> bytes.set(FLOAT, at, values[i]);
        case F16 -> bytes.set(SHORT, at, Float.floatToFloat16(values[i]));
        case BF16 -> bytes.set(SHORT, at, toBfloat16(values[i]));
      }
    }
  }

  /** The upper half of a float32, rounded to nearest, ties to even; NaN stays NaN. */
  static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) ((bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16);
  }
}
