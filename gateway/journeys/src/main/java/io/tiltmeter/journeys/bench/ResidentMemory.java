package io.tiltmeter.journeys.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Watches the resident memory of a process ({@code VmRSS} of proc_pid_status(5)). */
final class ResidentMemory implements AutoCloseable {
  private static final long PERIOD_MILLIS = 50;
  private static final String LABEL = "VmRSS:";

  private final Path status;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private volatile long peak;

  private ResidentMemory(Path status) {
    this.status = status;
  }

  /** Watches from now on. */
  static ResidentMemory of(long pid) {
    ResidentMemory memory = new ResidentMemory(Path.of("/proc", Long.toString(pid), "status"));
    memory.peak = memory.now();
    var _ =
        memory.clock.scheduleAtFixedRate(
            memory::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    return memory;
  }

  private void look() {
    peak = Math.max(peak, now());
  }

  /** KiB that it has in memory now. */
  long now() {
    try {
      String line =
          Files.readAllLines(status).stream()
              .filter(one -> one.startsWith(LABEL))
              .findFirst()
              .orElseThrow(() -> new IllegalStateException("the process has ended"));
      return Long.parseLong(line.replaceAll("\\D", ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The most KiB that it had in memory since it has been watched. */
  long peak() {
    look();
    return peak;
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
