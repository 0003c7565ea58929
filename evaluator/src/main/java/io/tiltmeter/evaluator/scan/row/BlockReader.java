package io.tiltmeter.evaluator.scan.row;

import io.tiltmeter.evaluator.scan.row.Packing.BrokenPacking;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream into blocks of whole lines, which several threads take in turn.
 *
 * <p>A line longer than the cap is passed over without being kept, so it costs no memory. The
 * stream stays the caller's.
 */
public final class BlockReader {
  static final int SIZE = 1 << 18;
  private static final byte FEED = '\n';

  private final InputStream in;
  private final int cap;
  private byte[] buffer = new byte[2 * SIZE];
  private int start;
  private int end;
  private boolean ended;
  private @Nullable BrokenPacking broken;
  private long lines;
  private long consumed;

  /**
   * A reader from the stream's place on.
   *
   * @param cap longest line that is kept, in bytes without its line end
   */
  public BlockReader(InputStream in, int cap) {
    this(in, cap, 0);
  }

  /**
   * The same for a stream that begins behind the first lines of its file.
   *
   * @param linesBefore how many these are
   */
  public BlockReader(InputStream in, int cap, long linesBefore) {
    this.in = in;
    this.cap = cap;
    this.lines = linesBefore;
  }

  /**
   * Fills the block with the next lines, at least one.
   *
   * @return false at the end of the stream
   * @throws BrokenPacking behind the last line before packed bytes that cannot be unpacked
   * @throws IOException if the stream cannot be read
   */
  public synchronized boolean next(Block block) throws IOException {
    hold(SIZE);
    int last = lastFeed();
    while (last < 0 && !ended && end - start <= cap + 1L) {
      hold(Math.min(2L * (end - start), cap + 2L));
      last = lastFeed();
    }
    if (last < 0 && end - start > cap + 1L) {
      block.takePassedOver(++lines);
      passOver();
      return true;
    }
    if (last < 0 && broken != null) {
      throw broken;
    }
    int count = last < 0 ? end - start : last + 1 - start;
    if (count == 0) {
      return false;
    }
    block.take(buffer, start, count, cap, lines);
    lines += feeds(start, start + count) + (last < 0 ? 1 : 0);
    start += count;
    return true;
  }

  /** Lines that were given out, and those before the stream. */
  public synchronized long lines() {
    return lines;
  }

  /** Bytes of the stream that were given out, or passed over. */
  public synchronized long given() {
    return consumed - (end - start);
  }

  /** Reads until so many bytes are there, or the stream ends. */
  private void hold(long count) throws IOException {
    makeRoom((int) count);
    while (!ended && end - start < count) {
      int read = read();
      ended = read < 0;
      if (read > 0) {
        end += read;
        consumed += read;
      }
    }
  }

  /** Ends the stream where it cannot be unpacked, so that the lines before come first. */
  private int read() throws IOException {
    try {
      return in.read(buffer, end, buffer.length - end);
    } catch (BrokenPacking e) {
      broken = e;
      return -1;
    }
  }

  private void makeRoom(int count) {
    if (buffer.length - start >= count) {
      return;
    }
    byte[] target = count > buffer.length ? new byte[count] : buffer;
    System.arraycopy(buffer, start, target, 0, end - start);
    buffer = target;
    end -= start;
    start = 0;
  }

  private int lastFeed() {
    int at = end - 1;
    while (at >= start && buffer[at] != FEED) {
      at--;
    }
    return at >= start ? at : -1;
  }

  private long feeds(int from, int to) {
    long count = 0;
    for (int i = from; i < to; i++) {
      count += buffer[i] == FEED ? 1 : 0;
    }
    return count;
  }

  /** Drops all up to the next line feed, and that. */
  private void passOver() throws IOException {
    do {
      for (int i = start; i < end; i++) {
        if (buffer[i] == FEED) {
          start = i + 1;
          return;
        }
      }
      start = 0;
      end = 0;
      hold(1);
    } while (!ended || end > start);
  }
}
