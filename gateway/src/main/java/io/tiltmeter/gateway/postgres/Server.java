package io.tiltmeter.gateway.postgres;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How the server of one home is started. */
record Server(PostgresHome home, PostgresCommands commands, PostgresSettings settings) {
  private static final Duration READY_WITHIN = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(20);

  // Sized for a small machine. Statements that fail stay out of the log: they may hold examples or
  // answers, and who sent them gets the error anyway.
  private static final List<String> FIXED =
      List.of(
          "listen_addresses=" + EmbeddedPostgres.HOST,
          "unix_socket_directories=",
          "shared_buffers=64MB",
          "max_connections=60",
          "max_wal_size=256MB",
          "log_timezone=UTC",
          "log_checkpoints=off",
          "log_min_messages=log",
          "log_min_error_statement=panic");
  private static final List<String> NOT_DURABLE = List.of("fsync=off", "full_page_writes=off");

  Process launch(int port) {
    List<String> words = new ArrayList<>(List.of("-p", Integer.toString(port)));
    FIXED.forEach(it -> words.addAll(List.of("-c", it)));
    words.addAll(List.of("-c", "timezone=" + settings.timeZone()));
    if (!settings.durable()) {
      NOT_DURABLE.forEach(it -> words.addAll(List.of("-c", it)));
    }
    try {
      home.log().rotate();
      return commands.server(home.data().path(), words);
    } catch (IOException e) {
      throw new PostgresException("PostgreSQL could not be started: " + e, e);
    }
  }

  /**
   * Blocks until a launched server takes connections.
   *
   * @throws PostgresException if it ends before, or is not ready in time; it may still run then
   */
  void awaitReady(Process process) {
    long deadline = System.nanoTime() + READY_WITHIN.toNanos();
    try {
      while (!isReady(process)) {
        if (process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
          throw failure("it ended with code " + process.exitValue());
        }
        if (System.nanoTime() - deadline > 0) {
          throw failure("it was not after %d s".formatted(READY_WITHIN.toSeconds()));
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw failure("the wait for it was interrupted");
    }
  }

  /** As {@code pg_ctl} decides it. */
  private boolean isReady(Process process) {
    return home.data()
        .postmaster()
        .filter(it -> it.pid() == process.pid())
        .map(Postmaster::isReady)
        .orElse(false);
  }

  private PostgresException failure(String found) {
    return new PostgresException(
        "PostgreSQL on %s was expected to take connections, but %s; its log %s ends: %s"
            .formatted(home.data().path(), found, home.log().path(), home.log().tail()));
  }
}
