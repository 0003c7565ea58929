package io.tiltmeter.evaluator.scan;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** Rows that a detector means: every one counted, the first ones by line number. */
final class Lines {
  private final int cap;
  private long[] kept = new long[16];
  private int size;
  private long count;
  private long last;

  Lines(int cap) {
    this.cap = cap;
  }

  /** Adds a row; the same row again in succession counts once. */
  void add(long line) {
    if (line == last) {
      return;
    }
    last = line;
    count++;
    if (size < cap) {
      if (size == kept.length) {
        kept = Arrays.copyOf(kept, 2 * size);
      }
      kept[size++] = line;
    }
  }

  long count() {
    return count;
  }

  List<Long> kept() {
    return LongStream.of(Arrays.copyOf(kept, size)).boxed().toList();
  }
}
