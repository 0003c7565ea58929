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

/** One pass over all lines of a file, shared by several threads. */
final class Pass {
  private final BlockReader reader;
  private final ScanSettings settings;
  private final Method method;

  /** Set at the first problem: rows of a file that cannot be trained on are not looked at. */
  private final AtomicBoolean unusable = new AtomicBoolean();

  Pass(InputStream in, ScanSettings settings, Method method) {
    this.reader = new BlockReader(in, settings.maxLineBytes());
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
   * @param looks fresh ones, for each thread
   * @throws InterruptedIOException if the thread is interrupted meanwhile
   * @throws IOException if the stream cannot be read
   */
  Seen run(Supplier<Looks> looks) throws IOException {
    List<RowWatch> watches = new ArrayList<>();
    for (int i = 0; i < settings.threads(); i++) {
      watches.add(new RowWatch(settings, method, looks.get(), unusable));
    }
    Problems broken = new Problems(1);
    ExecutorService threads = Executors.newFixedThreadPool(settings.threads());
    try {
      await(watches.stream().map(watch -> threads.submit(() -> read(watch))).toList());
    } catch (BrokenPacking e) {
      broken.add(reader.lines() + 1, e.problem());
    } finally {
      threads.shutdownNow();
      threads.close();
    }
    Seen whole = watches.getFirst().seen();
    watches.stream().skip(1).map(RowWatch::seen).forEach(whole::add);
    whole.problems().add(broken);
    return whole;
  }

  private RowWatch read(RowWatch watch) throws IOException {
    watch.read(reader);
    return watch;
  }

  private static void await(List<? extends Future<?>> running) throws IOException {
    for (Future<?> one : running) {
      try {
        one.get();
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
  }

  private static InterruptedIOException interrupted(InterruptedException cause) {
    InterruptedIOException interrupted = new InterruptedIOException("the scan was interrupted");
    interrupted.initCause(cause);
    return interrupted;
  }
}
