package io.tiltmeter.evaluator.scan.secrets;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** Judges one run of characters that keys and tokens are written in. */
final class Token {
  /** A generic secret has so many bits a character (the rule of gitleaks), by its own counts. */
  static final double ENTROPY = 3.5;

  private static final double PREFIXED_ENTROPY = 3.0;
  private static final int SHORTEST = 10;
  private static final int LONGEST = 200;

  /** Longest name and password together that a link may carry. */
  static final int LONGEST_PASSWORD = 120;

  /**
   * How a provider's tokens begin.
   *
   * @param least characters after the prefix
   * @param most characters after the prefix
   */
  private record Prefix(String text, int least, int most) {}

  private static final List<Prefix> PREFIXES =
      List.of(
          new Prefix("AKIA", 16, 16),
          new Prefix("ASIA", 16, 16),
          new Prefix("AIza", 35, 35),
          new Prefix("ghp_", 36, 255),
          new Prefix("gho_", 36, 255),
          new Prefix("ghu_", 36, 255),
          new Prefix("ghs_", 36, 255),
          new Prefix("ghr_", 36, 255),
          new Prefix("github_pat_", 40, 255),
          new Prefix("glpat-", 20, 64),
          new Prefix("xoxb-", 20, 120),
          new Prefix("xoxp-", 20, 120),
          new Prefix("xoxa-", 20, 120),
          new Prefix("xoxs-", 20, 120),
          new Prefix("sk_live_", 20, 120),
          new Prefix("rk_live_", 20, 120),
          new Prefix("sk-ant-", 40, 160),
          new Prefix("sk-proj-", 40, 200),
          new Prefix("sk-", 40, 64),
          new Prefix("hf_", 30, 64),
          new Prefix("npm_", 36, 36),
          new Prefix("pypi-", 80, 255),
          new Prefix("dop_v1_", 64, 64),
          new Prefix("shpat_", 32, 32),
          new Prefix("SG.", 60, 80));

  private static final List<String> PLACEHOLDERS =
      List.of(
          "example",
          "sample",
          "dummy",
          "placeholder",
          "your",
          "xxxx",
          "changeme",
          "redacted",
          "fake",
          "abcdef",
          "12345",
          "insert",
          "replace",
          "secret",
          "password",
          "token",
          "mykey");

  private Token() {}

  /** Whether a provider issues tokens like this part of a text. */
  static boolean isProviders(String text, int from, int end) {
    for (Prefix prefix : PREFIXES) {
      int rest = end - from - prefix.text.length();
      if (rest >= prefix.least
          && rest <= prefix.most
          && text.startsWith(prefix.text, from)
          && entropy(text, from + prefix.text.length(), end) >= PREFIXED_ENTROPY
          && !isPlaceholder(text, from + prefix.text.length(), end)) {
        return true;
      }
    }
    return false;
  }

  /** Whether it is a JSON web token: three parts, the first a header that names an algorithm. */
  static boolean isJsonWebToken(String text, int from, int end) {
    if (end - from < 40 || !text.startsWith("eyJ", from)) {
      return false;
    }
    int first = text.indexOf('.', from, end);
    int second = first < 0 ? -1 : text.indexOf('.', first + 1, end);
    return second >= 0
        && second - first > 8
        && end - second > 16
        && text.indexOf('.', second + 1, end) < 0
        && isHeader(text.substring(from, first));
  }

  private static boolean isHeader(String part) {
    try {
      byte[] header = Base64.getUrlDecoder().decode(part);
      return new String(header, StandardCharsets.UTF_8).contains("\"alg\"");
    } catch (IllegalArgumentException e) {
      // Not base64, so no header of a token.
      return false;
    }
  }

  /** Whether it could be a password or key that somebody assigned. */
  static boolean isRandom(String text, int from, int end) {
    if (end - from < SHORTEST || end - from > LONGEST) {
      return false;
    }
    boolean digit = false;
    boolean letter = false;
    for (int i = from; i < end; i++) {
      digit |= Character.isDigit(text.charAt(i));
      letter |= Character.isLetter(text.charAt(i));
    }
    return digit
        && letter
        && entropy(text, from, end) >= ENTROPY
        && !isPlaceholder(text, from, end);
  }

  /** Whether people write this where they mean any secret. */
  static boolean isPlaceholder(String text, int from, int end) {
    String lower = text.substring(from, end).toLowerCase(Locale.ROOT);
    return PLACEHOLDERS.stream().anyMatch(lower::contains);
  }

  /** Shannon's entropy of the characters of a part by their own frequencies, in bits each. */
  static double entropy(String text, int from, int end) {
    int[] counts = new int[128];
    for (int i = from; i < end; i++) {
      counts[text.charAt(i) & 0x7f]++;
    }
    double bits = 0;
    for (int count : counts) {
      if (count > 0) {
        double share = (double) count / (end - from);
        bits -= share * Math.log(share) / Math.log(2);
      }
    }
    return bits;
  }
}
