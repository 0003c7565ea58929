package io.tiltmeter.gateway.file;

import io.tiltmeter.gateway.http.RequestException;

/** What every file has to be like, in whichever way it comes. */
public final class FileTerms {
  private static final String PURPOSE = "fine-tune";
  private static final int MAX_FILENAME = 255;

  private FileTerms() {}

  /**
   * The purpose, if files have it here.
   *
   * @throws RequestException with status 400 if they have not
   */
  public static String purpose(String purpose) {
    if (!purpose.equals(PURPOSE)) {
      throw RequestException.invalid(
          "invalid_value",
          "purpose",
          "Invalid value for 'purpose': expected \"%s\", the only purpose that files have here."
              .formatted(PURPOSE));
    }
    return purpose;
  }

  /**
   * The name, if a file can have it.
   *
   * @param param what of the request says it
   * @throws RequestException with status 400 if it cannot
   */
  public static String filename(String param, String name) {
    if (name.isEmpty()
        || name.length() > MAX_FILENAME
        || name.chars().anyMatch(Character::isISOControl)) {
      throw RequestException.invalid(
          "invalid_value",
          param,
          "Expected a file name of 1 to %d characters without control characters."
              .formatted(MAX_FILENAME));
    }
    return name;
  }
}
