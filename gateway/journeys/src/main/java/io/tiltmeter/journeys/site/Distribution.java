package io.tiltmeter.journeys.site;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The product as it lies after {@code mvn package}.
 *
 * @param root of the checkout
 */
public record Distribution(Path root) {

  /** The one that this build packages. */
  public static Distribution here() {
    return new Distribution(Path.of(System.getProperty("tiltmeter.root", "")).toAbsolutePath());
  }

  /** What was not packaged yet. */
  public Optional<String> missing() {
    return Stream.of("gateway/target/lib", "fixtures/trainer/target/lib")
        .filter(part -> !Files.isDirectory(root.resolve(part)))
        .map("%s; run \"mvn verify\", which packages first"::formatted)
        .findFirst();
  }

  /** The command line that starts the product's own command line. */
  public List<String> command(String... words) {
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

  public Path dataset(String name) {
    return root.resolve("fixtures/datasets").resolve(name + ".jsonl");
  }

  public Path tinyBase() {
    return root.resolve("fixtures/models/tiny-base");
  }

  public Path tinyPack() {
    return root.resolve("fixtures/packs/tiny");
  }
}
