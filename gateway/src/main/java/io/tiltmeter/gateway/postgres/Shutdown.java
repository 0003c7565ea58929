package io.tiltmeter.gateway.postgres;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ends the server of one data directory: fast shutdown first, then immediate shutdown, which the
 * next start recovers from (PostgreSQL manual, "Shutting Down the Server").
 */
record Shutdown(DataDirectory data, PostgresCommands commands) {
  private static final Duration FAST = Duration.ofSeconds(15);
  private static final Duration IMMEDIATE = Duration.ofSeconds(10);

  /**
   * Ends what an earlier process left running, if it provably runs on this directory.
   *
   * @throws PostgresException if something still runs; names it
   */
  void endOrphans() {
    data.server().ifPresent(it -> signal("INT", it));
    if (haveEnded(data.processes(), FAST)) {
      return;
    }
    data.processes().forEach(it -> signal("QUIT", it));
    if (!haveEnded(data.processes(), IMMEDIATE)) {
      throw new PostgresException(
          "expected no PostgreSQL on %s, found processes %s, which do not end; end them by hand"
              .formatted(data.path(), data.processes().stream().map(ProcessHandle::pid).toList()));
    }
  }

  /** Ends a server that this process started; returns when it has ended. */
  void end(ProcessHandle server) {
    signal("INT", server);
    if (!haveEnded(List.of(server), FAST)) {
      signal("QUIT", server);
    }
    if (!haveEnded(List.of(server), IMMEDIATE)) {
      server.destroyForcibly();
    }
  }

  private void signal(String name, ProcessHandle process) {
    if (process.isAlive()) {
      try {
        commands.signal(name, process);
      } catch (PostgresException e) {
        if (process.isAlive()) {
          throw e;
        }
      }
    }
  }

  private static boolean haveEnded(List<ProcessHandle> processes, Duration limit) {
    CompletableFuture<?>[] ends =
        processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(ends).get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException _) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("the end of a process is never a failure", e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
