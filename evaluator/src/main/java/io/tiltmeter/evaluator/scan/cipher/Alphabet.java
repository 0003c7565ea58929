package io.tiltmeter.evaluator.scan.cipher;

/** What a long run of letters and digits is written in, by the characters that occur. */
enum Alphabet {
  BINARY,
  HEX,
  BASE32,
  BASE64,
  /** Letters of one case or words put together: nothing that encodes bytes. */
  WORDS;

  static Alphabet of(String text, int from, int end) {
    boolean binary = true;
    boolean hex = true;
    boolean base32 = true;
    int digits = 0;
    int upper = 0;
    int lower = 0;
    for (int i = from; i < end; i++) {
      char c = text.charAt(i);
      binary &= c == '0' || c == '1';
      hex &= Character.digit(c, 16) >= 0;
      base32 &= (c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7');
      digits += c >= '0' && c <= '9' ? 1 : 0;
      upper += c >= 'A' && c <= 'Z' ? 1 : 0;
      lower += c >= 'a' && c <= 'z' ? 1 : 0;
    }
    if (binary) {
      return BINARY;
    }
    if (hex) {
      return HEX;
    }
    if (base32 && digits > 0) {
      return BASE32;
    }
    return upper > 1 && lower > 1 ? BASE64 : WORDS;
  }
}
