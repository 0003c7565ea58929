package io.tiltmeter.dashboards.reference;

import java.util.ArrayList;
import java.util.List;

/** A description in which code stands between backticks (CommonMark 0.31.2, 6.1, one backtick). */
public final class Prose {
  private static final char MARK = '`';

  private Prose() {}

  /** A part of a description, without the marks around it. */
  public record Span(String text, boolean isCode) {}

  /** The parts in their order; a backtick without a second one stands for itself. */
  public static List<Span> spans(String description) {
    List<Span> spans = new ArrayList<>();
    int from = 0;
    while (from < description.length()) {
      int open = description.indexOf(MARK, from);
      int close = open < 0 ? -1 : description.indexOf(MARK, open + 1);
      if (close < 0) {
        break;
      }
      add(spans, description.substring(from, open), false);
      add(spans, description.substring(open + 1, close), true);
      from = close + 1;
    }
    add(spans, description.substring(from), false);
    return List.copyOf(spans);
  }

  private static void add(List<Span> spans, String text, boolean isCode) {
    if (!text.isEmpty()) {
      spans.add(new Span(text, isCode));
    }
  }
}
