package io.tiltmeter.evaluator.runner;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Words before a command that put limits on its process; those that this machine knows. */
final class Restraint {
  /** Ends models before anything else where memory runs short. */
  private static final List<String> FIRST_TO_GO = List.of("choom", "-n", "1000", "--");

  /**
   * Models take every core for minutes. Whoever answers people on the same machine goes first:
   * {@code JobLatency} of the journeys shows what that is worth.
   */
  private static final List<String> AFTER_OTHERS = List.of("nice");

  private Restraint() {}

  /** The words for these limits; each program replaces itself by the next. */
  static List<String> prefix(RunnerLimits limits) {
    List<String> words = new ArrayList<>();
    List<String> memory = List.of("prlimit", "--data=" + limits.memory(), "--");
    for (List<String> part : List.of(AFTER_OTHERS, FIRST_TO_GO, memory)) {
      if (works(part)) {
        words.addAll(part);
      }
    }
    return words;
  }

  /** Whether a command that does nothing succeeds behind these words. */
  static boolean works(List<String> prefix) {
    List<String> command = new ArrayList<>(prefix);
    command.add("/bin/true");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      boolean ended = process.waitFor(10, TimeUnit.SECONDS);
      process.destroyForcibly();
      return ended && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
