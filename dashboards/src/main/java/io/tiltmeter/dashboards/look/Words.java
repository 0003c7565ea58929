package io.tiltmeter.dashboards.look;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Names and lists as people read them. */
public final class Words {
  private static final int RANGES_SHOWN = 12;

  /** Every mark that stands for a space: the hyphen of a compound stays. */
  private static final Pattern SPACE =
      Pattern.compile(
          "_|(?<!\\b(?:anti|cross|multi|non|self))-(?!(?:based|free|related|specific)\\b)");

  private Words() {}

  /**
   * {@code violent-crimes} as {@code Violent crimes}, and {@code non-violent-crimes} as {@code
   * Non-violent crimes}: names are spelled with hyphens throughout, their compounds alone keep
   * them.
   */
  public static String title(String name) {
    String spaced = SPACE.matcher(name).replaceAll(" ");
    return spaced.isEmpty()
        ? spaced
        : spaced.substring(0, 1).toUpperCase(Locale.ROOT) + spaced.substring(1);
  }

  /** One segment of an address, with everything escaped that could end it. */
  public static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /**
   * Line numbers with runs joined, such as {@code 3, 7–12}; after twelve runs the rest is counted.
   *
   * @param lines ascending
   */
  public static String lines(List<Integer> lines) {
    List<String> ranges = new ArrayList<>();
    int next = 0;
    while (next < lines.size() && ranges.size() < RANGES_SHOWN) {
      int end = endOfRun(lines, next);
      ranges.add(range(lines.get(next), lines.get(end)));
      next = end + 1;
    }
    String shown = String.join(", ", ranges);
    int left = lines.size() - next;
    return left == 0 ? shown : "%s and %,d more".formatted(shown, left);
  }

  private static int endOfRun(List<Integer> lines, int start) {
    int end = start;
    while (end + 1 < lines.size() && lines.get(end + 1) == lines.get(end) + 1) {
      end++;
    }
    return end;
  }

  private static String range(int first, int last) {
    return first == last ? Integer.toString(first) : first + "–" + last;
  }
}
