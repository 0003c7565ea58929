package io.tiltmeter.gateway.postgres;

import java.nio.file.Path;

/** Another process, or another part of this one, works in the same home directory. */
public final class HomeInUseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  HomeInUseException(Path home, String holder) {
    super(
        "home %s is in use by process %s; stop that one, or give another home"
            .formatted(home, holder));
  }
}
