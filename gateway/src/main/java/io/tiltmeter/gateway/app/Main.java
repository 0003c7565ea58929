package io.tiltmeter.gateway.app;

import io.tiltmeter.gateway.cli.TiltmeterCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** Entry point of the process. */
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] words) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(TiltmeterCommand.run(out, err, words));
  }
}
