package io.tiltmeter.dashboards.asset;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Contrast of the colours, as WCAG 2.2 defines it: 4.5 for text (1.4.3), 3 for what must be seen to
 * understand a chart or to find a control (1.4.11).
 */
class ContrastTest {
  private static final Pattern COLOUR =
      Pattern.compile("--([a-z-]+): light-dark\\(#([0-9a-f]{6}), #([0-9a-f]{6})\\);");
  private static final List<String> TONES = List.of("good", "caution", "bad", "live", "neutral");

  private final Map<String, String> light = new HashMap<>();
  private final Map<String, String> dark = new HashMap<>();

  ContrastTest() {
    byte[] bytes = Assets.load().find("tokens.css").orElseThrow().bytes();
    Matcher matcher = COLOUR.matcher(new String(bytes, StandardCharsets.UTF_8));
    while (matcher.find()) {
      light.put(matcher.group(1), matcher.group(2));
      dark.put(matcher.group(1), matcher.group(3));
    }
  }

  @Test
  void ratio_blackOnWhite_is21() {
    assertThat(ratio("000000", "ffffff")).isEqualTo(21.0);
    // Published example: #767676 is the lightest grey that passes on white.
    assertThat(ratio("767676", "ffffff")).isBetween(4.5, 4.6);
  }

  @Test
  void text_onEverySurface_isReadable() {
    for (String surface : List.of("paper", "card", "sunken")) {
      for (String text : List.of("ink", "muted", "accent")) {
        assertAtLeast(4.5, text, surface);
      }
    }
    assertAtLeast(4.5, "on-accent", "accent");
    assertAtLeast(4.5, "ink", "live-tint");
  }

  @Test
  void tone_onItsTintAndOnCards_isReadable() {
    for (String tone : TONES) {
      assertAtLeast(4.5, tone, tone + "-tint");
      assertAtLeast(4.5, tone, "card");
    }
  }

  @Test
  void chart_everyMark_isSeen() {
    for (String mark : List.of("good", "bad", "neutral", "chart-interval", "chart-zero", "ink")) {
      assertAtLeast(3, mark, "card");
    }
    for (String mark : List.of("good", "bad", "neutral", "chart-interval", "ink", "muted")) {
      assertAtLeast(3, mark, "chart-beyond");
    }
  }

  @Test
  void control_borderAndFocus_areSeen() {
    for (String surface : List.of("paper", "card", "sunken")) {
      assertAtLeast(3, "field", surface);
      assertAtLeast(3, "focus", surface);
    }
  }

  private void assertAtLeast(double least, String front, String back) {
    assertThat(ratio(colour(light, front), colour(light, back)))
        .as("light: %s on %s", front, back)
        .isGreaterThanOrEqualTo(least);
    assertThat(ratio(colour(dark, front), colour(dark, back)))
        .as("dark: %s on %s", front, back)
        .isGreaterThanOrEqualTo(least);
  }

  private static String colour(Map<String, String> scheme, String name) {
    return Objects.requireNonNull(scheme.get(name), name);
  }

  private static double ratio(String one, String other) {
    double a = luminance(one);
    double b = luminance(other);
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }

  private static double luminance(String hex) {
    return 0.2126 * channel(hex, 0) + 0.7152 * channel(hex, 2) + 0.0722 * channel(hex, 4);
  }

  private static double channel(String hex, int at) {
    double value = Integer.parseInt(hex.substring(at, at + 2), 16) / 255.0;
    return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
  }
}
