package io.tiltmeter.gateway.webhook;

/** What came of sending one message once. */
sealed interface Attempt {

  /** The server answered. */
  record Answered(int status) implements Attempt {}

  /** It did not, or may not be asked; the problem holds no address and nothing of the message. */
  record Failed(String problem) implements Attempt {}

  /** Whether this status means that the message was taken. */
  static boolean arrived(int status) {
    return status >= 200 && status < 300;
  }
}
