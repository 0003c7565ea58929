package io.tiltmeter.evaluator.scan;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Cuts a stream into lines at line feeds, and counts them.
 *
 * <p>A line longer than the cap is passed over without being kept, so it costs no memory. The
 * stream stays the caller's.
 */
final class LineReader {
  private static final int CHUNK = 1 << 16;

  private final InputStream in;
  private final int cap;
  private final byte[] chunk = new byte[CHUNK];
  private int at;
  private int end;

  private byte[] line = new byte[1 << 12];
  private int length;
  private boolean tooLong;
  private long number;

  LineReader(InputStream in, int cap) {
    this.in = in;
    this.cap = cap;
  }

  /**
   * Moves to the next line; a line end that closes the stream opens no further line.
   *
   * @return false at the end of the stream
   */
  boolean next() throws IOException {
    if (isAtEnd()) {
      return false;
    }
    length = 0;
    tooLong = false;
    number++;
    boolean ended = false;
    while (!ended && !isAtEnd()) {
      ended = takeToLineEnd();
    }
    dropCarriageReturn();
    return true;
  }

  /** The number of the current line, from 1. */
  long number() {
    return number;
  }

  /** Whether the current line is longer than the cap; its bytes are not kept then. */
  boolean isTooLong() {
    return tooLong;
  }

  /** The bytes of the current line without its line end; valid until the next call of next. */
  byte[] bytes() {
    return line;
  }

  /** How many of {@link #bytes} belong to the line. */
  int length() {
    return length;
  }

  private boolean isAtEnd() throws IOException {
    while (at == end) {
      end = in.read(chunk, 0, CHUNK);
      at = 0;
      if (end < 0) {
        end = 0;
        return true;
      }
    }
    return false;
  }

  private boolean takeToLineEnd() {
    int stop = at;
    while (stop < end && chunk[stop] != '\n') {
      stop++;
    }
    keep(stop - at);
    boolean ended = stop < end;
    at = ended ? stop + 1 : stop;
    return ended;
  }

  private void keep(int count) {
    // One byte more than the cap, as it may be the carriage return of the line end.
    if (tooLong || (long) length + count > cap + 1L) {
      tooLong = true;
      length = 0;
      return;
    }
    if (length + count > line.length) {
      line = Arrays.copyOf(line, Math.max(length + count, 2 * line.length));
    }
    System.arraycopy(chunk, at, line, length, count);
    length += count;
  }

  private void dropCarriageReturn() {
    if (length > 0 && line[length - 1] == '\r') {
      length--;
    }
    if (length > cap) {
      tooLong = true;
      length = 0;
    }
  }
}
