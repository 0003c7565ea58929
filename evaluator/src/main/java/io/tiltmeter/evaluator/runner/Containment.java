package io.tiltmeter.evaluator.runner;

import io.tiltmeter.policy.gate.Policy.Sandbox;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What stands between a hostile model and the machine.
 *
 * @param description what holds the process, for people
 * @param prefix words put before the command
 */
record Containment(String description, List<String> prefix) {
  private static final List<String> SYSTEM_PATHS =
      List.of("/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache", "/sys/devices/system/cpu");

  Containment {
    prefix = List.copyOf(prefix);
  }

  /**
   * Chooses the strongest containment that this machine offers.
   *
   * @param readable files and directories that the process needs to read
   * @param scratch the one directory that it may write to
   * @throws RunnerException if containment is required and the machine offers none
   */
  static Containment choose(Sandbox wanted, List<Path> readable, Path scratch) {
    if (wanted == Sandbox.OFF) {
      return new Containment("none (switched off)", List.of());
    }
    List<String> bubblewrap = bubblewrap(readable, scratch);
    if (Restraint.works(bubblewrap)) {
      return new Containment(
          "bubblewrap: no network, model files read-only, home and other data out of sight",
          bubblewrap);
    }
    List<String> unshare =
        List.of("unshare", "--map-root-user", "--net", "--pid", "--fork", "--kill-child");
    if (Restraint.works(unshare)) {
      return new Containment(
          "unshare: no network, own process space; files of this user stay visible", unshare);
    }
    if (wanted == Sandbox.REQUIRED) {
      throw new RunnerException(
          "sandbox is required, but neither bwrap nor unshare works on this machine; install"
              + " bubblewrap, or allow \"preferred\"");
    }
    return new Containment("none (neither bwrap nor unshare works here)", List.of());
  }

  /**
   * Words that hold a program of which no file but its own may be seen, in bubblewrap.
   *
   * @param program an interpreter; one outside the system's paths is seen with its whole folder
   * @param files bytes that it can write, all of them in memory
   */
  static List<String> sealed(Path program, long files) {
    List<String> words = new ArrayList<>(system());
    words.addAll(List.of("--size", Long.toString(files), "--tmpfs", "/tmp", "--chdir", "/tmp"));
    if (!program.startsWith("/usr")) {
      String folder = program.resolve("../..").normalize().toString();
      words.addAll(List.of("--ro-bind", folder, folder));
    }
    // These are in memory, too, and would have no limit.
    words.addAll(List.of("--remount-ro", "/dev", "--remount-ro", "/"));
    return words;
  }

  private static List<String> bubblewrap(List<Path> readable, Path scratch) {
    List<String> words = new ArrayList<>(system());
    words.addAll(List.of("--tmpfs", "/tmp"));
    for (Path path : readable) {
      words.addAll(List.of("--ro-bind", path.toString(), path.toString()));
    }
    words.addAll(List.of("--bind", scratch.toString(), scratch.toString()));
    return words;
  }

  private static List<String> system() {
    // Without the last two, root inside could make the binds writable, and type on the terminal.
    List<String> words =
        new ArrayList<>(
            List.of(
                "bwrap",
                "--unshare-all",
                "--die-with-parent",
                "--new-session",
                "--cap-drop",
                "ALL"));
    for (String path : SYSTEM_PATHS) {
      words.addAll(List.of("--ro-bind-try", path, path));
    }
    words.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
    return words;
  }
}
