package io.tiltmeter.evaluator.scan.row;

/** Some whole lines of a file, one after the other; its memory is used again for the next. */
public final class Block {
  private static final byte FEED = '\n';
  private static final byte RETURN = '\r';

  private byte[] bytes = new byte[BlockReader.SIZE];
  private int length;
  private int cap;
  private boolean passedOver;
  private long number;
  private int from;
  private int end;
  private int next;

  /**
   * Moves to the next line; a line end that closes the block opens no further line.
   *
   * @return false behind the last
   */
  public boolean next() {
    if (passedOver) {
      from = 0;
      end = 0;
      return next++ == 0;
    }
    if (next >= length) {
      return false;
    }
    from = next;
    end = from;
    while (end < length && bytes[end] != FEED) {
      end++;
    }
    next = end + 1;
    number++;
    if (end > from && bytes[end - 1] == RETURN) {
      end--;
    }
    return true;
  }

  /** The number of the current line in its file, from 1. */
  public long number() {
    return number;
  }

  /** Whether the current line is longer than the cap. */
  public boolean isTooLong() {
    return passedOver || end - from > cap;
  }

  /** Whether the current line needs no decoding; then it is copied in a tenth of the time. */
  boolean isAscii() {
    byte all = 0;
    for (int i = from; i < end; i++) {
      all |= bytes[i];
    }
    return all >= 0;
  }

  byte[] bytes() {
    return bytes;
  }

  /** Where in {@link #bytes} the current line begins. */
  int from() {
    return from;
  }

  /** How many bytes the current line has, without its line end. */
  int size() {
    return end - from;
  }

  /** Makes this the block of these lines. */
  void take(byte[] source, int start, int count, int longest, long linesBefore) {
    if (bytes.length < count) {
      bytes = new byte[count];
    }
    System.arraycopy(source, start, bytes, 0, count);
    length = count;
    cap = longest;
    passedOver = false;
    number = linesBefore;
    next = 0;
  }

  /** Makes this the line of this number, whose bytes were passed over. */
  void takePassedOver(long line) {
    passedOver = true;
    number = line;
    next = 0;
  }
}
