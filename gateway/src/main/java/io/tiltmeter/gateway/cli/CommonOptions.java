package io.tiltmeter.gateway.cli;

import java.io.PrintWriter;
import java.time.Clock;
import picocli.CommandLine.Option;

/** Options that every command takes. */
final class CommonOptions {

  @Option(names = "--json", description = "Print one JSON document and nothing else on stdout.")
  private boolean json;

  @Option(names = "--quiet", description = "No progress; warnings and errors only.")
  private boolean quiet;

  boolean json() {
    return json;
  }

  boolean quiet() {
    return quiet;
  }

  /** Where this command talks; a launcher that knows says whether stderr is a terminal. */
  Talk talk(PrintWriter err) {
    return new Talk(err, isTerminal(), quiet, Clock.systemUTC());
  }

  /** Whether the launcher says that stderr is a terminal. */
  static boolean isTerminal() {
    return Boolean.getBoolean("tiltmeter.stderr.terminal");
  }
}
