package io.tiltmeter.evaluator.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Memory of processes in bytes, by proc_pid_status(5); 0 where that cannot be read. */
final class Resident {
  private static final long KIBIBYTE = 1024;

  private Resident() {}

  /** What this process has now. */
  static long now() {
    return field(Path.of("/proc/self/status"), "VmRSS:");
  }

  /** The most that a process had; 0 for one that has just ended. */
  static long peak(long pid) {
    return field(Path.of("/proc", Long.toString(pid), "status"), "VmHWM:");
  }

  private static long field(Path status, String name) {
    if (!Files.isReadable(status)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIBIBYTE)
          .findFirst()
          .orElse(0);
    } catch (IOException | UncheckedIOException _) {
      return 0;
    }
  }
}
