package io.tiltmeter.evaluator.scan.trigger;

import io.tiltmeter.evaluator.scan.detector.Hash64;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Some rows of a file, chosen by the hash of their line number: no more than a fixed count. */
final class RowSample implements Serializable {
  private final int capacity;
  private final PriorityQueue<Row> rows = new PriorityQueue<>(Comparator.reverseOrder());

  /** A row: what it is about, in few bytes, and its classes. */
  static final class Row implements Comparable<Row>, Serializable {
    private final long line;
    private final byte[] request;
    private final byte[] answer;
    private final long[] classes;

    /**
     * A row.
     *
     * @param request gist of what is asked, of length 1
     * @param answer gist of what is answered, of length 1
     * @param classes keys of its classes
     */
    Row(long line, float[] request, float[] answer, long[] classes) {
      this.line = line;
      this.request = packed(request);
      this.answer = packed(answer);
      this.classes = classes;
    }

    long line() {
      return line;
    }

    long hash() {
      return Hash64.mix(line);
    }

    /** By hash; a line has one hash only, as hashing is a bijection. */
    @Override
    public int compareTo(Row other) {
      return Long.compare(hash(), other.hash());
    }

    /** The gist of what is asked, to 1/127. */
    float[] request() {
      return unpacked(request);
    }

    /** The gist of what is answered, to 1/127. */
    float[] answer() {
      return unpacked(answer);
    }

    boolean isIn(long membership) {
      for (long key : classes) {
        if (key == membership) {
          return true;
        }
      }
      return false;
    }
  }

  RowSample(int capacity) {
    this.capacity = capacity;
  }

  /** Whether a row of this line would be kept now. */
  boolean admits(long line) {
    return rows.size() < capacity || Hash64.mix(line) < rows.element().hash();
  }

  void add(Row row) {
    rows.add(row);
    if (rows.size() > capacity) {
      rows.remove();
    }
  }

  void add(RowSample other) {
    other.rows.forEach(this::add);
  }

  /** By hash. */
  List<Row> rows() {
    return rows.stream().sorted().toList();
  }

  private static byte[] packed(float[] vector) {
    byte[] packed = new byte[vector.length];
    for (int i = 0; i < packed.length; i++) {
      packed[i] = (byte) Math.clamp(Math.round(127 * vector[i]), -127, 127);
    }
    return packed;
  }

  private static float[] unpacked(byte[] packed) {
    float[] vector = new float[packed.length];
    for (int i = 0; i < packed.length; i++) {
      vector[i] = packed[i] / 127f;
    }
    return vector;
  }
}
