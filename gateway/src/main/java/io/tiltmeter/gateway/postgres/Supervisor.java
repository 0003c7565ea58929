package io.tiltmeter.gateway.postgres;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The thread that starts the server, waits for its end and starts it again.
 *
 * <p>It is one platform thread for the whole life of the server, because the kernel ends the server
 * with the thread that started it, not with the process.
 */
final class Supervisor {
  private static final int FIRST_TRIES = 3;
  private static final Duration SHORTEST_DELAY = Duration.ofMillis(100);
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(10);
  private static final Duration HEALTHY_AFTER = Duration.ofMinutes(1);

  private final Server server;
  private final Shutdown shutdown;
  private final Consumer<PostgresEvent> listener;
  private final CompletableFuture<Integer> started = new CompletableFuture<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private @Nullable Process process;
  private int failures;

  Supervisor(Server server, Shutdown shutdown, Consumer<PostgresEvent> listener) {
    this.server = server;
    this.shutdown = shutdown;
    this.listener = listener;
    this.thread = Thread.ofPlatform().daemon().name("postgres supervisor").unstarted(this::run);
  }

  /**
   * Starts the server; blocks until it takes connections.
   *
   * @return its port
   * @throws PostgresException if it does not start; nothing is left running
   */
  int start() {
    thread.start();
    try {
      return started.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new PostgresException(String.valueOf(cause.getMessage()), cause);
    } catch (InterruptedException _) {
      close();
      Thread.currentThread().interrupt();
      throw new PostgresException("the start of PostgreSQL was interrupted");
    }
  }

  private void run() {
    try {
      int port = startFirst();
      started.complete(port);
      while (awaitDeath()) {
        restart(port);
      }
    } catch (IOException | RuntimeException e) {
      started.completeExceptionally(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the supervisor", e);
    }
  }

  /** Another program may take the port between the choice and the start, hence the tries. */
  private int startFirst() throws IOException {
    for (int attempt = 1; ; attempt++) {
      int port = server.home().port().choose();
      try {
        launch(port);
        return port;
      } catch (PostgresException e) {
        if (attempt == FIRST_TRIES || isClosing()) {
          throw e;
        }
      }
    }
  }

  private void launch(int port) {
    Process launched;
    synchronized (this) {
      if (isClosing()) {
        throw new PostgresException("PostgreSQL is being closed");
      }
      launched = server.launch(port);
      process = launched;
    }
    try {
      server.awaitReady(launched);
    } catch (PostgresException e) {
      shutdown.end(launched.toHandle());
      throw e;
    }
  }

  /** Whether the server died, rather than being ended. */
  private boolean awaitDeath() throws InterruptedException {
    long ready = System.nanoTime();
    Process running = current();
    if (running == null || isClosing()) {
      return false;
    }
    int exitCode = running.waitFor();
    if (isClosing()) {
      return false;
    }
    if (System.nanoTime() - ready > HEALTHY_AFTER.toNanos()) {
      failures = 0;
    }
    listener.accept(new PostgresEvent.Died(exitCode));
    return true;
  }

  private void restart(int port) throws InterruptedException {
    while (!closing.await(delay().toMillis(), TimeUnit.MILLISECONDS)) {
      failures++;
      try {
        shutdown.endOrphans();
        launch(port);
        listener.accept(new PostgresEvent.Restarted(port));
        return;
      } catch (IOException | PostgresException e) {
        if (!isClosing()) {
          String reason = String.valueOf(e.getMessage());
          listener.accept(new PostgresEvent.RestartFailed(reason, delay()));
        }
      }
    }
  }

  /** Doubles with each failure in a row. */
  private Duration delay() {
    Duration delay = SHORTEST_DELAY.multipliedBy(1L << Math.min(failures, 16));
    return delay.compareTo(LONGEST_DELAY) < 0 ? delay : LONGEST_DELAY;
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  synchronized @Nullable Process current() {
    return process;
  }

  /** Ends the server and the supervision; blocks until the server has ended. */
  void close() {
    Process running;
    synchronized (this) {
      closing.countDown();
      running = process;
    }
    if (running != null) {
      shutdown.end(running.toHandle());
    }
  }
}
