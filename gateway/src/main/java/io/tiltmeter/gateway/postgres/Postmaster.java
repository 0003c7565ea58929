package io.tiltmeter.gateway.postgres;

import java.util.List;
import java.util.Optional;

/**
 * What a server says about itself in {@code postmaster.pid}, by line: 1 its process, 4 its port, 8
 * its state ({@code src/include/utils/pidfile.h} of PostgreSQL).
 */
record Postmaster(long pid, int port, boolean isReady) {

  /** Empty where the text is not, or not yet, complete. */
  static Optional<Postmaster> parse(List<String> lines) {
    if (lines.size() < 4) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Postmaster(
              Long.parseLong(lines.get(0).strip()),
              Integer.parseInt(lines.get(3).strip()),
              lines.size() > 7 && lines.get(7).strip().equals("ready")));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }
}
