package io.tiltmeter.gateway.db;

import java.security.SecureRandom;

/** Makes names that nobody can guess. */
public final class NewId {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String LETTERS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int ID_LETTERS = 24;

  private NewId() {}

  /** The prefix and 24 random letters and digits, about 142 bits. */
  public static String of(String prefix) {
    return prefix + random(ID_LETTERS);
  }

  /** So many random letters and digits, 5.95 bits each. */
  public static String random(int letters) {
    StringBuilder text = new StringBuilder(letters);
    RANDOM.ints(letters, 0, LETTERS.length()).forEach(at -> text.append(LETTERS.charAt(at)));
    return text.toString();
  }
}
