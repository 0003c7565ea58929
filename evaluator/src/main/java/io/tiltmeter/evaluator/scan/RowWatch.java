package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.scan.row.Block;
import io.tiltmeter.evaluator.scan.row.BlockReader;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Method;
import io.tiltmeter.evaluator.scan.row.RowReader;
import io.tiltmeter.evaluator.scan.row.RowText;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** Reads some rows of a pass, checks them and shows them to the detectors; for one thread. */
public final class RowWatch {
  private final Method method;
  private final int maxLineBytes;
  private final Seen seen;
  private final RowText decoder;
  private final RowReader rows;

  /** Set at the first problem: rows of a file that cannot be trained on are not looked at. */
  private final AtomicBoolean unusable;

  /**
   * A watch over rows that no other watch reads beside it.
   *
   * @param method what every row has to teach with
   * @param looks of the pass at hand
   */
  public RowWatch(ScanSettings settings, Method method, Looks looks) {
    this(settings, method, new Seen(looks, settings.maxProblems()), new AtomicBoolean());
  }

  /**
   * One of several watches over the rows of one file.
   *
   * @param seen what it has seen before
   * @param unusable shared by all of them
   */
  RowWatch(ScanSettings settings, Method method, Seen seen, AtomicBoolean unusable) {
    this.method = method;
    this.maxLineBytes = settings.maxLineBytes();
    this.seen = seen;
    this.decoder = new RowText(seen.problems());
    this.rows = new RowReader(method, seen.problems());
    this.unusable = unusable;
  }

  /**
   * Takes blocks until there are none.
   *
   * @throws InterruptedIOException if the thread is interrupted meanwhile
   * @throws IOException if they cannot be read
   */
  public void read(BlockReader reader) throws IOException {
    read(reader, () -> false);
  }

  /**
   * Takes blocks, one at least, until there are none, then it is true, or a pause is due.
   *
   * @throws InterruptedIOException if the thread is interrupted meanwhile
   * @throws IOException if they cannot be read
   */
  boolean read(BlockReader reader, BooleanSupplier pause) throws IOException {
    Block block = new Block();
    do {
      if (!reader.next(block)) {
        return true;
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("the scan was interrupted");
      }
      while (block.next()) {
        seen.line();
        decoder.read(block, maxLineBytes).ifPresent(text -> check(block.number(), text));
      }
    } while (!pause.getAsBoolean());
    return false;
  }

  /**
   * Reads one row.
   *
   * @param line its number, from 1
   * @param text JSON
   */
  public void read(long line, String text) {
    seen.line();
    if (isTooLong(text)) {
      seen.problems().add(line, RowText.tooLong(maxLineBytes));
    } else {
      check(line, text);
    }
  }

  /** No character has more than three bytes for each of its units. */
  private boolean isTooLong(String text) {
    return 3L * text.length() > maxLineBytes
        && text.getBytes(StandardCharsets.UTF_8).length > maxLineBytes;
  }

  private void check(long line, String text) {
    rows.read(line, text).ifPresent(this::see);
  }

  private void see(Example example) {
    seen.example(method == Method.REINFORCEMENT || example.isLearned());
    if (seen.problems().count() > 0) {
      unusable.set(true);
    }
    if (!unusable.get()) {
      seen.looks().see(example);
    }
  }

  /** What it has seen so far. */
  public Seen seen() {
    return seen;
  }
}
