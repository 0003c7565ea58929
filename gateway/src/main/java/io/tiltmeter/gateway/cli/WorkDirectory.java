package io.tiltmeter.gateway.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A temporary directory that goes away with its command, even when that is interrupted. */
final class WorkDirectory implements AutoCloseable {
  private final Path path;
  private final boolean keep;
  private final Thread onShutdown = new Thread(this::abandon);

  private WorkDirectory(Path path, boolean keep) {
    this.path = path;
    this.keep = keep;
  }

  static WorkDirectory create(String prefix, boolean keep) {
    try {
      WorkDirectory work = new WorkDirectory(Files.createTempDirectory(prefix), keep);
      Runtime.getRuntime().addShutdownHook(work.onShutdown);
      return work;
    } catch (IOException e) {
      throw new CommandException(
          "no temporary directory: %s; free space or set TMPDIR".formatted(e.getMessage()), e);
    }
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(onShutdown);
    } catch (IllegalStateException _) {
      // The virtual machine is shutting down, and the hook does what is left to do.
      return;
    }
    delete();
  }

  /** The processes that still write here end first, or files would come back. */
  private void abandon() {
    ProcessHandle.current()
        .descendants()
        .filter(ProcessHandle::destroyForcibly)
        .forEach(
            process ->
                process.onExit().orTimeout(5, TimeUnit.SECONDS).exceptionally(_ -> process).join());
    delete();
  }

  private void delete() {
    if (keep) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException | UncheckedIOException _) {
      // A temporary file that cannot be removed is the operating system's to clean up.
    }
  }
}
