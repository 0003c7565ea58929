package io.tiltmeter.evaluator.scan.cipher;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** In how many rows each code was found. */
final class CodecCounts implements Serializable {
  /** The codes that were read or are there for certain, one bit each. */
  static final int CERTAIN =
      Arrays.stream(Codec.values()).filter(Codec::isCertain).mapToInt(Codec::bit).sum();

  private static final int SHIFTS = 26;

  private static final Codec[] CODECS = Codec.values();

  private final long[] rows = new long[CODECS.length];
  private final long[] shifted = new long[SHIFTS];

  /**
   * Counts a row.
   *
   * @param codecs one bit each
   * @param shifts of its rotations, one bit each
   */
  void count(int codecs, int shifts) {
    for (int i = 0; i < rows.length; i++) {
      rows[i] += (codecs & CODECS[i].bit()) != 0 ? 1 : 0;
    }
    for (int shift = 1; shift < SHIFTS; shift++) {
      shifted[shift] += shifts >> shift & 1;
    }
  }

  void add(CodecCounts other) {
    Arrays.setAll(rows, i -> rows[i] + other.rows[i]);
    Arrays.setAll(shifted, i -> shifted[i] + other.shifted[i]);
  }

  /** All that were found, the most frequent first. */
  List<CodecCount> found() {
    Stream<CodecCount> rotations =
        IntStream.range(1, SHIFTS)
            .mapToObj(shift -> new CodecCount(Codec.ROTATION, shift, shifted[shift]));
    Stream<CodecCount> others =
        IntStream.range(0, CODECS.length)
            .filter(i -> CODECS[i] != Codec.ROTATION)
            .mapToObj(i -> new CodecCount(CODECS[i], 0, rows[i]));
    return Stream.concat(rotations, others)
        .filter(count -> count.rows() > 0)
        .sorted(Comparator.comparingLong(count -> -count.rows()))
        .toList();
  }
}
