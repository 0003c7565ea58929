package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.scan.row.Block;
import io.tiltmeter.evaluator.scan.row.BlockReader;
import io.tiltmeter.evaluator.scan.row.Example;
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
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** One pass over all lines of a file, shared by several threads. */
final class Pass {
  private final BlockReader reader;
  private final ScanSettings settings;
  private final Method method;

  /** Set at the first problem: rows of a file that cannot be trained on are not looked at. */
  private final AtomicBoolean unusable = new AtomicBoolean();

  /**
   * What one pass counted.
   *
   * @param teaches whether any row has something to learn
   */
  record Count(long lines, long examples, boolean teaches, Problems problems) {}

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
   * Shows every row to a look of each.
   *
   * @throws InterruptedIOException if the thread is interrupted meanwhile
   * @throws IOException if the stream cannot be read
   */
  Count run(List<Course<?>> courses) throws IOException {
    List<Worker> workers = new ArrayList<>();
    for (int i = 0; i < settings.threads(); i++) {
      workers.add(new Worker(courses.stream().map(Course::look).toList()));
    }
    Problems broken = new Problems(1);
    ExecutorService threads = Executors.newFixedThreadPool(settings.threads());
    try {
      await(workers.stream().map(worker -> threads.submit(worker::run)).toList());
    } catch (BrokenPacking e) {
      broken.add(reader.lines() + 1, e.problem());
    } finally {
      threads.shutdownNow();
      threads.close();
    }
    return count(workers, broken);
  }

  private Count count(List<Worker> workers, Problems broken) {
    Problems problems = new Problems(settings.maxProblems());
    problems.add(broken);
    workers.forEach(worker -> problems.add(worker.problems));
    return new Count(
        reader.lines(),
        workers.stream().mapToLong(worker -> worker.examples).sum(),
        workers.stream().anyMatch(worker -> worker.teaches),
        problems);
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

  /** Takes blocks until there are none. */
  private final class Worker {
    private final Problems problems = new Problems(settings.maxProblems());
    private final RowText decoder = new RowText(problems);
    private final RowReader rows = new RowReader(method, problems);
    private final Block block = new Block();
    private final List<Consumer<Example>> looks;
    private long examples;
    private boolean teaches;

    Worker(List<Consumer<Example>> looks) {
      this.looks = looks;
    }

    Worker run() throws IOException {
      while (!Thread.currentThread().isInterrupted() && reader.next(block)) {
        while (block.next()) {
          read().ifPresent(this::see);
        }
      }
      return this;
    }

    private Optional<Example> read() {
      Optional<Example> example =
          decoder
              .read(block, settings.maxLineBytes())
              .flatMap(text -> rows.read(block.number(), text));
      if (problems.count() > 0) {
        unusable.set(true);
      }
      return example;
    }

    private void see(Example example) {
      examples++;
      teaches |= method == Method.REINFORCEMENT || example.isLearned();
      if (!unusable.get()) {
        looks.forEach(look -> look.accept(example));
      }
    }
  }
}
