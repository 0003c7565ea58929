package io.tiltmeter.evaluator.runner;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Starts processes on one thread that lasts as long as this process: what ends a child with its
 * parent looks at the thread that made it (PR_SET_PDEATHSIG of prctl(2)), which may be any
 * caller's.
 */
final class LastingThread {
  private static final ExecutorService THREAD =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("start of model runners").factory());

  private LastingThread() {}

  /**
   * Starts a process; an interrupt is kept for later, or nobody would own the process.
   *
   * @throws IOException if it cannot be started
   */
  static Process start(ProcessBuilder builder) throws IOException {
    Future<Process> started = THREAD.submit(builder::start);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return started.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause
          ? cause
          : new IOException("no process can be made", e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
