package io.tiltmeter.evaluator.scan.detector;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** Rows that a detector means: every one counted, the first ones by line number. */
public final class Lines implements Serializable {
  private final int cap;
  private long[] kept = new long[16];
  private int size;
  private long count;
  private long last;

  /**
   * None yet.
   *
   * @param cap most line numbers that are kept, the lowest ones
   */
  public Lines(int cap) {
    this.cap = cap;
  }

  /** Adds a row; the same row again in succession counts once. */
  public void add(long line) {
    if (line == last) {
      return;
    }
    last = line;
    count++;
    if (size == kept.length) {
      kept = lowest();
      size = Math.min(size, cap);
      kept = Arrays.copyOf(kept, 2 * Math.max(8, size));
    }
    kept[size++] = line;
  }

  private long[] lowest() {
    return LongStream.of(kept).limit(size).sorted().limit(cap).toArray();
  }

  /** Adds the rows of another, all of them different ones. */
  public void add(Lines other) {
    count += other.count;
    last = 0;
    kept =
        LongStream.concat(
                LongStream.of(kept).limit(size), LongStream.of(other.kept).limit(other.size))
            .sorted()
            .limit(cap)
            .toArray();
    size = kept.length;
  }

  /** How many rows. */
  public long count() {
    return count;
  }

  /** The lowest line numbers, ascending. */
  public List<Long> kept() {
    return LongStream.of(lowest()).boxed().toList();
  }
}
