package io.tiltmeter.gateway.postgres;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The words put before PostgreSQL's commands.
 *
 * @param identity for every command: who it runs as
 * @param life for the server too: what it shares with this process
 */
record ProcessPrefix(List<String> identity, List<String> life) {
  // In a user namespace without a mapping the process is nobody to itself, which PostgreSQL asks
  // for, and still root to the files of this user.
  private static final List<String> NOT_ROOT = List.of("unshare", "--user");
  // Ctrl-C on the terminal must reach this process only, and the server must not outlive it. The
  // signal is set last: a change of user clears it.
  private static final List<String> OWN_SESSION = List.of("setsid");
  private static final List<String> END_WITH_PARENT = List.of("setpriv", "--pdeathsig", "INT");

  ProcessPrefix {
    identity = List.copyOf(identity);
    life = List.copyOf(life);
  }

  /**
   * Finds what this machine offers.
   *
   * @throws PostgresException if this process is root and cannot put that down
   */
  static ProcessPrefix choose() {
    List<String> identity = isRoot() ? NOT_ROOT : List.of();
    if (!works(identity)) {
      throw new PostgresException(
          "PostgreSQL does not run as root, and expected that root may make a user namespace"
              + " (unshare --user), found that it may not; run as an ordinary user, or set the"
              + " address of a database");
    }
    List<String> life = new ArrayList<>();
    for (List<String> words : List.of(OWN_SESSION, END_WITH_PARENT)) {
      if (works(words)) {
        life.addAll(words);
      }
    }
    return new ProcessPrefix(identity, life);
  }

  private static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException e) {
      throw new PostgresException("expected to read /proc/self, found " + e, e);
    }
  }

  List<String> server() {
    return join(identity, life);
  }

  static List<String> join(List<String> first, List<String> second) {
    List<String> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  private static boolean works(List<String> prefix) {
    try {
      Process process =
          new ProcessBuilder(join(prefix, List.of("true")))
              .redirectErrorStream(true)
              .redirectOutput(Redirect.DISCARD)
              .start();
      boolean ended = process.waitFor(10, TimeUnit.SECONDS);
      process.destroyForcibly();
      return ended && process.exitValue() == 0;
    } catch (IOException _) {
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
