package io.tiltmeter.gateway.cli;

import io.tiltmeter.gateway.config.Home;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Which home directory a command means. */
final class Homes {
  private static final String VARIABLE = "TILTMETER_HOME";

  private Homes() {}

  /** The one that the option names, else the environment's, else the user's. */
  static Home of(@Nullable Path option) {
    if (option != null) {
      return new Home(option);
    }
    String named = System.getenv(VARIABLE);
    return new Home(
        named == null || named.isBlank()
            ? Path.of(System.getProperty("user.home"), ".tiltmeter")
            : Path.of(named));
  }
}
