package io.tiltmeter.evaluator.spark;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * The lines of a file that begin in a range of its bytes, so that ranges that follow each other
 * give every line once.
 */
final class LinesOfRange extends InputStream {
  private static final int BUFFER = 1 << 13;
  private static final byte FEED = '\n';

  private final FSDataInputStream in;
  private final long end;
  private long at;
  private boolean ended;

  private LinesOfRange(FSDataInputStream in, long at, long end) {
    this.in = in;
    this.at = at;
    this.end = end;
    this.ended = at >= end;
  }

  /**
   * The lines whose first byte is in the range.
   *
   * @param in the file, which this closes
   * @param start first byte of the range
   * @param end first byte behind it
   */
  static InputStream open(FSDataInputStream in, long start, long end) throws IOException {
    long first = start == 0 ? 0 : behindFeed(in, start - 1);
    in.seek(Math.min(first, end));
    return new LinesOfRange(in, first, end);
  }

  /** The place behind the first line feed from there on; behind the last byte without one. */
  private static long behindFeed(FSDataInputStream in, long from) throws IOException {
    in.seek(from);
    byte[] bytes = new byte[BUFFER];
    long at = from;
    while (true) {
      int count = in.read(bytes, 0, bytes.length);
      if (count < 0) {
        return Long.MAX_VALUE;
      }
      int feed = feed(bytes, 0, count);
      if (feed >= 0) {
        return at + feed + 1;
      }
      at += count;
    }
  }

  private static int feed(byte[] bytes, int from, int end) {
    for (int i = from; i < end; i++) {
      if (bytes[i] == FEED) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (ended || length == 0) {
      return ended ? -1 : 0;
    }
    int count = in.read(into, offset, length);
    if (count < 0) {
      ended = true;
      return -1;
    }
    // The line that holds the last byte of the range ends it.
    long last = Math.max(0, end - 1 - at);
    if (last < count) {
      int feed = feed(into, offset + (int) last, offset + count);
      ended = feed >= 0;
      count = ended ? feed + 1 - offset : count;
    }
    at += count;
    return count;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
