package io.tiltmeter.gateway.hub;

import org.jspecify.annotations.Nullable;

/** How a connection's failure is told. */
final class Broken {
  private Broken() {}

  /** What went wrong, in few words; some of the JDK's exceptions say nothing but their name. */
  static String words(@Nullable Throwable failure) {
    if (failure == null) {
      return "it failed";
    }
    String message = failure.getMessage();
    return message == null || message.isBlank()
        ? failure.getClass().getSimpleName()
        : message.lines().findFirst().orElse(message);
  }

  static HubException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new HubException("interrupted; nothing was kept", e);
  }
}
