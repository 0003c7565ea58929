package io.tiltmeter.evaluator.steer;

import java.io.ByteArrayOutputStream;

/** Five bits in each character (RFC 4648, section 6). */
final class Base32 {
  private static final String DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int BITS = 5;
  private static final int GROUP = 8;

  private Base32() {}

  static String coded(byte[] bytes) {
    StringBuilder coded = new StringBuilder();
    int buffer = 0;
    int bits = 0;
    for (byte one : bytes) {
      buffer = buffer << 8 | (one & 0xff);
      bits += 8;
      while (bits >= BITS) {
        bits -= BITS;
        coded.append(DIGITS.charAt(buffer >> bits & 31));
      }
      buffer &= 0xff;
    }
    if (bits > 0) {
      coded.append(DIGITS.charAt(buffer << (BITS - bits) & 31));
    }
    while (coded.length() % GROUP != 0) {
      coded.append('=');
    }
    return coded.toString();
  }

  /** The whole bytes that digits stand for; padding says nothing. */
  static byte[] bytes(String coded) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int buffer = 0;
    int bits = 0;
    for (int i = 0; i < coded.length(); i++) {
      char c = coded.charAt(i);
      if (c != '=') {
        buffer = (buffer << BITS | DIGITS.indexOf(c)) & 0xfff;
        bits += BITS;
        if (bits >= 8) {
          bits -= 8;
          bytes.write(buffer >> bits & 0xff);
        }
      }
    }
    return bytes.toByteArray();
  }
}
