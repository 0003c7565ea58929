package io.tiltmeter.gateway.sourcefile;

import java.util.Collection;
import java.util.Comparator;

/** Names as error messages show and compare them. */
public final class Words {
  private static final int LONGEST_SHOWN = 64;

  private Words() {}

  /** The text in quotes, cut after 64 characters, with control characters shown as {@code ?}. */
  public static String quote(String text) {
    String shown = text.length() > LONGEST_SHOWN ? cut(text) + "…" : text;
    return '"' + shown.replaceAll("\\p{Cntrl}", "?") + '"';
  }

  /** The known name with the smallest edit distance to this one; the first of several. */
  public static String nearest(String name, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(candidate -> distance(cut(name), candidate)))
        .orElseThrow(() -> new IllegalArgumentException("nearest needs at least one known name"));
  }

  private static String cut(String text) {
    return text.substring(0, Math.min(text.length(), LONGEST_SHOWN));
  }

  /**
   * Insertions, deletions, replacements and swaps of neighbours that turn one into the other
   * (Damerau 1964, optimal string alignment).
   */
  static int distance(String from, String to) {
    int[][] cost = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : step(cost, from, to, i, j);
      }
    }
    return cost[from.length()][to.length()];
  }

  private static int step(int[][] cost, String from, String to, int i, int j) {
    int replaced = cost[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
    int best = Math.min(replaced, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
    boolean swapped =
        i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1);
    return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
  }
}
