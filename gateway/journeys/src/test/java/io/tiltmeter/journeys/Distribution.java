package io.tiltmeter.journeys;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The product as it lies after {@code mvn package}.
 *
 * @param root of the checkout
 */
record Distribution(Path root) {

  /** The one that was built, or the end of the test where there is none. */
  static Distribution built() {
    Path root = Path.of(System.getProperty("tiltmeter.root", "")).toAbsolutePath();
    for (String part : List.of("gateway/target/lib", "fixtures/trainer/target/lib")) {
      if (!Files.isDirectory(root.resolve(part))) {
        lacking("%s; run \"mvn verify\", which packages first".formatted(part));
      }
    }
    return new Distribution(root);
  }

  /** An installed program that a test needs. */
  static Path tool(String name) {
    for (String folder : System.getenv("PATH").split(":")) {
      Path found = Path.of(folder, name);
      if (Files.isExecutable(found)) {
        return found;
      }
    }
    return lacking("the program " + name);
  }

  /** Skips a test that cannot be run here; where everything should be there it fails. */
  static <T> T lacking(String what) {
    if ("true".equals(System.getenv("CI"))) {
      return fail("expected %s", what);
    }
    return abort("skipped for want of " + what);
  }

  /** The command line that starts the product's own command line. */
  List<String> command(String... words) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dtiltmeter.root=" + root,
                "-cp",
                root.resolve("gateway/target/classes")
                    + ":"
                    + root.resolve("gateway/target/lib")
                    + "/*",
                "io.tiltmeter.gateway.app.Main"));
    command.addAll(List.of(words));
    return command;
  }

  Path dataset(String name) {
    return root.resolve("fixtures/datasets").resolve(name + ".jsonl");
  }

  Path tinyBase() {
    return root.resolve("fixtures/models/tiny-base");
  }

  Path tinyPack() {
    return root.resolve("fixtures/packs/tiny");
  }
}
