package io.tiltmeter.gateway.postgres;

import java.time.Duration;

/** Something that happened to a supervised server, for logs and readiness. */
public sealed interface PostgresEvent {

  /**
   * The server ended although nobody asked it to.
   *
   * @param exitCode as the JDK reports it: 128 plus the signal where one ended it
   */
  record Died(int exitCode) implements PostgresEvent {}

  /** The server takes connections again, on the port that it had. */
  record Restarted(int port) implements PostgresEvent {}

  /**
   * The server could not be started again.
   *
   * @param nextTry how long until the next try
   */
  record RestartFailed(String reason, Duration nextTry) implements PostgresEvent {}
}
