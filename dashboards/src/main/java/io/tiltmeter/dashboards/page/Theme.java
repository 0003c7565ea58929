package io.tiltmeter.dashboards.page;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Light, dark, or as the system has it. */
public enum Theme {
  SYSTEM("Auto"),
  LIGHT("Light"),
  DARK("Dark");

  /** The name of the cookie, and of the form field that sets it. */
  public static final String COOKIE = "theme";

  private final String text;

  Theme(String text) {
    this.text = text;
  }

  /** What people read. */
  public String text() {
    return text;
  }

  /** The value of the cookie and of the form field. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The theme of this name; anything else is {@link #SYSTEM}. */
  public static Theme ofWireName(@Nullable String wireName) {
    Optional<Theme> known =
        Stream.of(values()).filter(theme -> theme.wireName().equals(wireName)).findFirst();
    return known.orElse(SYSTEM);
  }

  /** For {@code data-theme}; null leaves the attribute out. */
  public @Nullable String attribute() {
    return this == SYSTEM ? null : wireName();
  }
}
