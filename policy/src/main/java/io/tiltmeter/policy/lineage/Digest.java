package io.tiltmeter.policy.lineage;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256 digest (FIPS 180-4), written {@code sha256:} and 64 lower-case hexadecimal digits.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Digest(String hex) {
  private static final int DIGITS = 64;
  private static final String PREFIX = "sha256:";

  public Digest {
    if (hex.length() != DIGITS || !hex.chars().allMatch(Digest::isDigit)) {
      throw new IllegalArgumentException(
          "digest needs 64 lower-case hexadecimal digits, got \"%s\"".formatted(hex));
    }
  }

  private static boolean isDigit(int letter) {
    return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f');
  }

  /** The digest of these bytes. */
  public static Digest of(byte[] bytes) {
    return fromHash(newMessageDigest().digest(bytes));
  }

  /** The digest of this text in UTF-8. */
  public static Digest of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads {@code sha256:<64 hex>}.
   *
   * @throws IllegalArgumentException if the prefix or the digits are not as expected
   */
  public static Digest parse(String text) {
    if (!text.startsWith(PREFIX)) {
      throw new IllegalArgumentException(
          "digest must start with \"%s\", got \"%s\"".formatted(PREFIX, text));
    }
    return new Digest(text.substring(PREFIX.length()));
  }

  /** The digest that a finished {@link MessageDigest} holds; it is reset by this call. */
  public static Digest finish(MessageDigest messageDigest) {
    return fromHash(messageDigest.digest());
  }

  /** A fresh SHA-256, for input that arrives in pieces. */
  public static MessageDigest newMessageDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static Digest fromHash(byte[] hash) {
    return new Digest(HexFormat.of().formatHex(hash));
  }

  @Override
  public String toString() {
    return PREFIX + hex;
  }
}
