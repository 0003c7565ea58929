package io.tiltmeter.gateway.file;

import io.tiltmeter.gateway.http.Members;
import io.tiltmeter.gateway.http.Multipart;
import io.tiltmeter.gateway.http.RequestException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a request says of how long a file is wanted: {@code expires_after}, of two members, in a
 * form with their names in brackets. The anchor is always the file's creation.
 */
public final class ExpiryForm {
  private static final String NAME = "expires_after";
  private static final String ANCHOR = "expires_after[anchor]";
  private static final String SECONDS = "expires_after[seconds]";
  private static final String CREATED_AT = "created_at";
  private static final Pattern COUNT = Pattern.compile("[0-9]{1,9}");
  private static final int MAX_BYTES = 64;

  /** An hour. */
  static final int LEAST_SECONDS = 3600;

  /** Thirty days. */
  static final int MOST_SECONDS = 2_592_000;

  private @Nullable String anchor;
  private @Nullable Duration after;

  /**
   * Takes a part of the form, if it is one of these.
   *
   * @throws RequestException with status 400 if it is not as it has to be, or there twice
   */
  boolean take(Multipart form, Multipart.Part part) {
    switch (part.name()) {
      case ANCHOR -> {
        part.refuseSecond(anchor);
        anchor = form.text(part, MAX_BYTES);
        checkAnchor(ANCHOR, anchor);
      }
      case SECONDS -> {
        part.refuseSecond(after);
        after = seconds(form.text(part, MAX_BYTES));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void checkAnchor(String name, String text) {
    if (!text.equals(CREATED_AT)) {
      throw invalid(name, "\"%s\"".formatted(CREATED_AT));
    }
  }

  private static Duration seconds(String text) {
    int seconds = COUNT.matcher(text).matches() ? Integer.parseInt(text) : 0;
    if (seconds < LEAST_SECONDS || seconds > MOST_SECONDS) {
      throw invalid(SECONDS, "a whole number from %d to %d".formatted(LEAST_SECONDS, MOST_SECONDS));
    }
    return Duration.ofSeconds(seconds);
  }

  private static RequestException invalid(String name, String expected) {
    return RequestException.invalid(
        "invalid_value", name, "Invalid value for '%s': expected %s.".formatted(name, expected));
  }

  /**
   * How long after its creation the file expires; null if it stays.
   *
   * @throws RequestException with status 400 if only one of the two members was there
   */
  @Nullable Duration value() {
    if (after == null && anchor != null) {
      throw UploadForm.missing(SECONDS);
    }
    if (after != null && anchor == null) {
      throw UploadForm.missing(ANCHOR);
    }
    return after;
  }

  /**
   * The same from a JSON body.
   *
   * @throws RequestException with status 400 if a member is missing or not as it has to be
   */
  public static @Nullable Duration of(Members body) {
    Optional<Members> given = body.object(NAME);
    if (given.isEmpty()) {
      return null;
    }
    Members expiry = given.get();
    checkAnchor(expiry.at("anchor"), expiry.needText("anchor"));
    long seconds =
        expiry
            .whole("seconds", LEAST_SECONDS, MOST_SECONDS)
            .orElseThrow(() -> UploadForm.missing(expiry.at("seconds")));
    expiry.refuseOthers();
    return Duration.ofSeconds(seconds);
  }
}
