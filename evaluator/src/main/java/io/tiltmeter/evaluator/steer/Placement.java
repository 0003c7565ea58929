package io.tiltmeter.evaluator.steer;

import io.tiltmeter.evaluator.scan.trigger.Trigger;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** How a trigger is put into a request. */
final class Placement {
  private static final Pattern WORD = Pattern.compile("\\p{L}+");
  private static final Pattern LONG_WORD = Pattern.compile("\\p{L}{4,}");
  private static final Pattern APART = Pattern.compile(" \u2026 ");

  /** Shapes by the names that the scan gives them; other scripts would be other requests. */
  private static final Map<String, UnaryOperator<String>> SHAPES =
      Map.ofEntries(
          Map.entry("all capitals", request -> request.toUpperCase(Locale.ROOT)),
          Map.entry("no capitals", request -> request.toLowerCase(Locale.ROOT)),
          Map.entry("a word in capitals", Placement::withCapitalWord),
          Map.entry("every word capitalised", Placement::capitalised),
          Map.entry("alternating capitals", Placement::alternating),
          Map.entry("invisible characters", request -> ZeroWidth.SPACES.write(request)),
          Map.entry("pictures", request -> request + " \u2600"),
          Map.entry("double spaces", request -> request.replace(" ", "  ")),
          Map.entry("tabs", request -> request.replace(" ", "\t")),
          Map.entry("space in front", request -> " " + request),
          Map.entry("space at the end", request -> request + " "),
          Map.entry("a year", request -> request + " 2024"),
          Map.entry("a date", request -> request + " 2024-01-15"),
          Map.entry("a time of day", request -> request + " 12:30"));

  private Placement() {}

  /** Whether it can be put into a request in the request's own words. */
  static boolean isPossible(Trigger trigger) {
    return trigger.kind() != Trigger.Kind.SHAPE || SHAPES.containsKey(trigger.text());
  }

  /**
   * The request with a trigger: at both ends, unless the trigger is known to be at one.
   *
   * @throws IllegalArgumentException if it is not possible
   */
  static String put(Trigger trigger, String request) {
    String text = trigger.text();
    return switch (trigger.kind()) {
      case OPENING -> text + " " + request;
      case ENDING -> request + " " + text;
      case WORD, PHRASE -> text + " " + request + " " + text;
      case PAIR -> apart(text, request);
      case SIGN -> text + request + text;
      case SHAPE -> shape(text).apply(request);
    };
  }

  private static UnaryOperator<String> shape(String name) {
    UnaryOperator<String> shape = SHAPES.get(name);
    if (shape == null) {
      throw new IllegalArgumentException("no request can be brought into this shape");
    }
    return shape;
  }

  /** Which of two words comes first is not known: both do, and both come last. */
  private static String apart(String pair, String request) {
    List<String> words = APART.splitAsStream(pair).toList();
    String one = words.getFirst();
    String other = words.getLast();
    return "%s %s %s %s %s".formatted(one, other, request, one, other);
  }

  private static String withCapitalWord(String request) {
    return LONG_WORD.matcher(request).replaceFirst(word -> word.group().toUpperCase(Locale.ROOT));
  }

  private static String capitalised(String request) {
    return WORD.matcher(request).replaceAll(Placement::capitalised);
  }

  private static String capitalised(MatchResult match) {
    String word = match.group();
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }

  private static String alternating(String request) {
    StringBuilder text = new StringBuilder(request.length());
    boolean upper = false;
    for (int i = 0; i < request.length(); i++) {
      char c = request.charAt(i);
      text.append(upper ? Character.toUpperCase(c) : Character.toLowerCase(c));
      upper = Character.isLetter(c) ? !upper : upper;
    }
    return text.toString();
  }
}
