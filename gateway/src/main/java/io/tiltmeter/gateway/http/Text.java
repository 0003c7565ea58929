package io.tiltmeter.gateway.http;

/** Text of a request, before it is looked up. */
final class Text {
  private static final char REPLACEMENT = '\uFFFD';

  private Text() {}

  /** The one character that PostgreSQL's text cannot hold is replaced, so that nothing is found. */
  static String storable(String text) {
    return text.replace('\0', REPLACEMENT);
  }

  /** Whether PostgreSQL's text can hold all of it. */
  static boolean isStorable(String text) {
    return text.indexOf('\0') < 0;
  }
}
