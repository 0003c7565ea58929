package io.tiltmeter.gateway.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/** The command line, run in this process. */
record Cli(int code, String out, String err) {
  static final Path ROOT = Path.of(System.getProperty("tiltmeter.root"));

  static Cli run(Object... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] text = java.util.Arrays.stream(words).map(Object::toString).toArray(String[]::new);
    int code = TiltmeterCommand.run(new PrintWriter(out), new PrintWriter(err), text);
    return new Cli(code, out.toString(), err.toString());
  }

  static Path fixture(String path) {
    return ROOT.resolve("fixtures").resolve(path);
  }

  JsonNode json() {
    return Json.MAPPER.readTree(out);
  }
}
