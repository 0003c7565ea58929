package io.tiltmeter.gateway.postgres;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A process that holds a home and its database until somebody ends it. */
final class HoldingMain {
  private HoldingMain() {}

  /** Takes the home, and whether its server shall outlive this process. */
  static void main(String[] arguments) throws IOException {
    HomeLock home = HomeLock.acquire(Path.of(arguments[0]));
    ProcessPrefix chosen = ProcessPrefix.choose();
    boolean outlives = Boolean.parseBoolean(arguments[1]);
    EmbeddedPostgres postgres =
        EmbeddedPostgres.start(
            home,
            TestHome.SETTINGS,
            _ -> {},
            outlives ? new ProcessPrefix(chosen.identity(), List.of("setsid")) : chosen);
    IO.println(postgres.connection().port());
    System.in.read();
  }
}
