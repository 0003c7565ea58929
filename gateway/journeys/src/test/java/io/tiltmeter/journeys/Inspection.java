package io.tiltmeter.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A page as people with different eyes, screens and settings meet it. */
final class Inspection {
  /** Conformance levels A and AA of WCAG 2.0 to 2.2, and what axe's authors add. */
  private static final List<String> RULES =
      List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");

  private static final int WIDE = 1280;
  private static final int NARROW = 375;
  private static final int HEIGHT = 900;
  private static final Path SHOTS = Path.of("target/screenshots");

  private Inspection() {}

  /** Inspects the open page in both colour schemes, wide and narrow, and keeps pictures of it. */
  static void of(Page page, String name) {
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
      for (int width : List.of(WIDE, NARROW)) {
        page.setViewportSize(width, HEIGHT);
        String look = "%s-%s-%d".formatted(name, scheme.name().toLowerCase(Locale.ROOT), width);
        shoot(page, look);
        fits(page, look);
        isAccessible(page, look);
      }
    }
  }

  private static void shoot(Page page, String look) {
    page.screenshot(
        new Page.ScreenshotOptions().setPath(SHOTS.resolve(look + ".png")).setFullPage(true));
  }

  private static void fits(Page page, String look) {
    Object beyond =
        page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
    assertThat(beyond).as("pixels of %s beyond the window", look).isEqualTo(0);
  }

  /** Asks axe about the page as it is now. */
  static void isAccessible(Page page, String look) {
    // The mode without a window of its own for frames, of which the pages have none.
    AxeBuilder axe = new AxeBuilder(page).setLegacyMode(true).withTags(RULES);
    List<String> violations =
        axe.analyze().getViolations().stream()
            .map(rule -> rule.getId() + ": " + rule.getNodes().getFirst().getHtml())
            .toList();
    assertThat(violations).as("axe on %s", look).isEmpty();
  }
}
