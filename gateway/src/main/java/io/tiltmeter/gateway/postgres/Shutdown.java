package io.tiltmeter.gateway.postgres;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
  // Its workers end by themselves when a server is gone, unless they are in the middle of a query.
  private static final Duration WITHOUT_SERVER = Duration.ofSeconds(1);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration IMMEDIATE = Duration.ofSeconds(10);

  /**
   * Ends what an earlier process left running, if it provably runs on this directory, and removes
   * its note, which a later process may seem to fit; the home must be held.
   *
   * @throws PostgresException if something still runs; names it
   */
  void endOrphans() throws IOException {
    Optional<ProcessHandle> server = data.server();
    server.ifPresent(it -> signal("INT", it));
    if (!awaitNone(server.isPresent() ? FAST : WITHOUT_SERVER)) {
      data.processes().forEach(it -> signal("QUIT", it));
    }
    if (!awaitNone(IMMEDIATE)) {
      throw new PostgresException(
          "expected no PostgreSQL on %s, found processes %s, which do not end; end them by hand"
              .formatted(data.path(), data.processes().stream().map(ProcessHandle::pid).toList()));
    }
    data.forgetServer();
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

  /** Looks anew now and then: a process that nobody reaps has ended for us, but not for the JDK. */
  boolean awaitNone(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    List<ProcessHandle> running = data.processes();
    while (!running.isEmpty() && System.nanoTime() - deadline < 0) {
      haveEnded(running, LOOK);
      running = data.processes();
    }
    return running.isEmpty();
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
