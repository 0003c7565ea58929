package io.tiltmeter.evaluator.checkpoint;

import io.tiltmeter.evaluator.checkpoint.SafetensorsFile.Stored;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The rule that tensors cover the data of a safetensors file exactly, each with the bytes that its
 * shape needs.
 */
final class SafetensorsLayout {
  private static final Map<String, Integer> BITS =
      Map.ofEntries(
          Map.entry("F4", 4),
          Map.entry("F6_E2M3", 6),
          Map.entry("F6_E3M2", 6),
          Map.entry("BOOL", 8),
          Map.entry("U8", 8),
          Map.entry("I8", 8),
          Map.entry("F8_E5M2", 8),
          Map.entry("F8_E4M3", 8),
          Map.entry("F8_E5M2FNUZ", 8),
          Map.entry("F8_E4M3FNUZ", 8),
          Map.entry("F8_E8M0", 8),
          Map.entry("I16", 16),
          Map.entry("U16", 16),
          Map.entry("F16", 16),
          Map.entry("BF16", 16),
          Map.entry("I32", 32),
          Map.entry("U32", 32),
          Map.entry("F32", 32),
          Map.entry("I64", 64),
          Map.entry("U64", 64),
          Map.entry("F64", 64),
          Map.entry("C64", 64));

  private SafetensorsLayout() {}

  /**
   * Checks sizes and offsets.
   *
   * @param dataBytes bytes of the file after the header
   * @throws ModelException naming the first tensor that does not fit
   */
  static void check(Path file, Collection<Stored> tensors, long dataBytes) {
    List<Stored> ordered =
        tensors.stream()
            .sorted(Comparator.comparingLong(Stored::begin).thenComparingLong(Stored::end))
            .toList();
    long next = 0;
    for (Stored tensor : ordered) {
      if (tensor.begin() != next) {
        throw new ModelException(
            "%s: tensor %s: expected data from byte %d, found %d (holes and overlaps are refused)"
                .formatted(file, tensor.name(), next, tensor.begin()));
      }
      checkSize(file, tensor);
      next = tensor.end();
    }
    if (next != dataBytes) {
      throw new ModelException(
          "%s: expected %d bytes of data, found %d; fetch the file again"
              .formatted(file, next, dataBytes));
    }
  }

  private static void checkSize(Path file, Stored tensor) {
    long expected = bytes(file, tensor);
    // Offsets are not negative, so the difference cannot overflow.
    long found = tensor.end() - tensor.begin();
    if (expected != found) {
      throw new ModelException(
          "%s: tensor %s: %s %s needs %d bytes, found %d"
              .formatted(file, tensor.name(), tensor.dtype(), tensor.shape(), expected, found));
    }
  }

  private static long bytes(Path file, Stored tensor) {
    Integer bits = BITS.get(tensor.dtype());
    if (bits == null) {
      throw new ModelException(
          "%s: tensor %s: unknown dtype, expected one of the safetensors format"
              .formatted(file, tensor.name()));
    }
    try {
      long total = bits;
      for (long dimension : tensor.shape()) {
        total = Math.multiplyExact(total, dimension);
      }
      if (total % Byte.SIZE != 0) {
        throw new ModelException(
            "%s: tensor %s: %s %s does not end on a whole byte"
                .formatted(file, tensor.name(), tensor.dtype(), tensor.shape()));
      }
      return total / Byte.SIZE;
    } catch (ArithmeticException e) {
      throw new ModelException(
          "%s: tensor %s: shape %s is too large".formatted(file, tensor.name(), tensor.shape()), e);
    }
  }
}
