package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.scan.row.Block;
import io.tiltmeter.evaluator.scan.row.BlockReader;
import io.tiltmeter.evaluator.scan.row.Method;
import io.tiltmeter.evaluator.scan.row.Packing.BrokenPacking;
import io.tiltmeter.evaluator.scan.row.Problems;
import io.tiltmeter.evaluator.scan.row.RowReader;
import io.tiltmeter.evaluator.scan.row.RowText;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** One pass over all lines of a file, shared by several threads. */
final class Pass {
  private final BlockReader reader;
  private final Place place;
  private final ScanSettings settings;
  private final Method method;

  /** Set at the first problem: rows of a file that cannot be trained on are not looked at. */
  private final AtomicBoolean unusable = new AtomicBoolean();

  /**
   * A pass.
   *
   * @param in begins at the place
   */
  Pass(InputStream in, ScanSettings settings, Method method, Place place) {
    this.reader = new BlockReader(in, settings.maxLineBytes(), place.lines());
    this.place = place;
    this.settings = settings;
    this.method = method;
  }

  /** The method of the first row; supervised where there is none. */
  static Method methodOf(InputStream in, ScanSettings settings) throws IOException {
    Block block = new Block();
    BlockReader reader = new BlockReader(in, settings.maxLineBytes());
    if (!reader.next(block) || !block.next()) {
      return Method.SUPERVISED;
    }
    return new RowText(new Problems(1))
        .read(block, settings.maxLineBytes())
        .map(RowReader::methodOf)
        .orElse(Method.SUPERVISED);
  }

  /**
   * Shows every row to looks.
   *
   * @param seen what was seen of the rows before the place; in the end that of all rows
   * @param looks fresh ones, for each further thread
   * @return the end of the file
   * @throws InterruptedIOException if the thread is interrupted meanwhile
   * @throws IOException if the stream cannot be read
   */
  Place run(Seen seen, Supplier<Looks> looks, Pauses pauses) throws IOException {
    unusable.set(seen.problems().count() > 0);
    RowWatch first = new RowWatch(settings, method, seen, unusable);
    Problems broken = new Problems(1);
    boolean isEnd = false;
    while (!isEnd) {
      List<RowWatch> others = others(looks);
      isEnd = read(first, others, pauses, broken);
      others.stream().map(RowWatch::seen).forEach(seen::add);
      if (!isEnd) {
        pauses.keep(place(false), seen);
      }
    }
    seen.problems().add(broken);
    return place(true);
  }

  private List<RowWatch> others(Supplier<Looks> looks) {
    List<RowWatch> others = new ArrayList<>();
    for (int i = 1; i < settings.threads(); i++) {
      Seen nothing = new Seen(looks.get(), settings.maxProblems());
      others.add(new RowWatch(settings, method, nothing, unusable));
    }
    return others;
  }

  private Place place(boolean isEnd) {
    return new Place(reader.lines(), place.bytes() + reader.given(), isEnd);
  }

  /** Reads up to the end, then it is true, or a pause. */
  private boolean read(RowWatch first, List<RowWatch> others, Pauses pauses, Problems broken)
      throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(settings.threads());
    try {
      return await(
          Stream.concat(Stream.of(first), others.stream())
              .map(watch -> threads.submit(() -> watch.read(reader, pauses::isDue)))
              .toList());
    } catch (BrokenPacking e) {
      broken.add(reader.lines() + 1, e.problem());
      return true;
    } finally {
      threads.shutdownNow();
      threads.close();
    }
  }

  /** Whether any of them is true. */
  private static boolean await(List<Future<Boolean>> running) throws IOException {
    boolean any = false;
    for (Future<Boolean> one : running) {
      try {
        any |= one.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw interrupted(e);
      } catch (CancellationException | ExecutionException e) {
        if (e.getCause() instanceof IOException io) {
          throw io;
        }
        throw new IllegalStateException("a scan failed", e);
      }
    }
    return any;
  }

  private static InterruptedIOException interrupted(InterruptedException cause) {
    InterruptedIOException interrupted = new InterruptedIOException("the scan was interrupted");
    interrupted.initCause(cause);
    return interrupted;
  }
}
