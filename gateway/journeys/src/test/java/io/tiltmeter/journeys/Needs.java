package io.tiltmeter.journeys;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.tiltmeter.journeys.site.Distribution;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a journey needs of the machine: it is skipped for want of it, and fails under {@code
 * CI=true}.
 */
final class Needs {
  private Needs() {}

  /** The product as it was packaged. */
  static Distribution distribution() {
    Distribution distribution = Distribution.here();
    distribution.missing().ifPresent(Needs::lack);
    return distribution;
  }

  /** An installed program. */
  static Path tool(String name) {
    Optional<Path> found =
        Pattern.compile(File.pathSeparator, Pattern.LITERAL)
            .splitAsStream(System.getenv("PATH"))
            .map(folder -> Path.of(folder, name))
            .filter(Files::isExecutable)
            .findFirst();
    if (found.isEmpty()) {
      lack("the program " + name);
    }
    return found.orElseThrow();
  }

  /** A folder that somebody else makes. */
  static void folder(Path folder, String how) {
    if (!Files.isDirectory(folder)) {
      lack("%s; %s".formatted(folder, how));
    }
  }

  private static void lack(String what) {
    if ("true".equals(System.getenv("CI"))) {
      fail("expected %s", what);
    }
    abort("skipped for want of " + what);
  }
}
