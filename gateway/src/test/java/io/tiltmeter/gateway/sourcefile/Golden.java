package io.tiltmeter.gateway.sourcefile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Files beside the tests, and the exact text of the problems that reading them must give. */
public final class Golden {
  private Golden() {}

  /** The resource folder or file of this name beside the test's class. */
  public static Path resource(Class<?> test, String name) {
    try {
      return Path.of(Objects.requireNonNull(test.getResource(name), name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(name, e);
    }
  }

  /** The folders in this folder, by name. */
  public static List<Path> foldersIn(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(Files::isDirectory).sorted().toList();
    }
  }

  /** Compares all problems, one a line, with {@code expected.txt} in their folder. */
  public static void assertIssues(Path folder, List<Issue> issues) throws IOException {
    String found =
        issues.stream()
            .map(issue -> issue.toString().replace(folder + "/", "") + "\n")
            .collect(Collectors.joining());
    assertThat(found)
        .as("problems of %s", folder.getFileName())
        .isEqualTo(Files.readString(folder.resolve("expected.txt")));
  }
}
