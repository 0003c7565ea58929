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
    return command(List.of(), words);
  }

  /** The same with these options of the virtual machine. */
  public List<String> command(List<String> options, String... words) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            compilers(words),
            "-Dtiltmeter.root=" + root));
    command.addAll(options);
    command.add("-cp");
    command.add(
        root.resolve("gateway/target/classes") + ":" + root.resolve("gateway/target/lib") + "/*");
    command.add("io.tiltmeter.gateway.app.Main");
    command.addAll(List.of(words));
    return command;
  }

  /** As the launcher chooses them. */
  private static String compilers(String... words) {
    boolean isLong = words.length > 0 && List.of("scan", "serve").contains(words[0]);
    return isLong ? "-XX:+TieredCompilation" : "-XX:TieredStopAtLevel=1";
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
