package io.tiltmeter.evaluator.judge;

import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeKind;
import java.lang.Character.UnicodeScript;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Decides whether an answer to a task is right: whether it holds one of the expected strings as
 * whole words, whatever the case.
 *
 * <p>A word ends where no letter, digit, combining mark or underscore follows. A number is a whole
 * token: 42 is not in {@code 142}, {@code 42.5}, {@code 0.42}, {@code 1,042} or {@code -42}, but is
 * in {@code 42.}, {@code (42)}, {@code $42}, {@code 42%} and {@code 41,42,43}. Commas that group
 * thousands do not count: 1000 is in {@code 1,000}. Chinese, Japanese and Thai put no spaces
 * between words, so there an expected string may stand anywhere. What stands in a think block is no
 * answer.
 */
public final class TaskMarker {

  private static final Pattern SPACES = Pattern.compile("[\\s\\p{Z}]+");
  private static final Pattern GROUPING = Pattern.compile("(?<=\\d),(?=\\d{3}(?!\\d))");

  private TaskMarker() {}

  /**
   * Says whether the answer holds any of the task's expected strings.
   *
   * @throws IllegalArgumentException if the probe is not a task
   */
  public static boolean isRight(Probe task, String answer) {
    if (task.kind() != ProbeKind.TASK) {
      throw new IllegalArgumentException(
          "probe \"%s\": only tasks have right answers, this is a %s"
              .formatted(task.id(), task.kind().wireName()));
    }
    Thinking thinking = Thinking.strip(answer);
    if (thinking.unfinished()) {
      return false;
    }
    String text = comparable(thinking.text());
    return task.answers().stream()
        .map(TaskMarker::comparable)
        .anyMatch(expected -> holds(text, expected));
  }

  private static String comparable(String text) {
    String spaced = SPACES.matcher(Normalised.fold(text)).replaceAll(" ").strip();
    // Through upper case, so that a sharp s and its two-letter spelling meet.
    String folded = spaced.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    return GROUPING.matcher(folded).replaceAll("");
  }

  private static boolean holds(String text, String expected) {
    if (expected.isEmpty()) {
      return false;
    }
    int at = text.indexOf(expected);
    while (at >= 0) {
      if (startsFresh(text, at) && endsClean(text, at + expected.length())) {
        return true;
      }
      at = text.indexOf(expected, at + 1);
    }
    return false;
  }

  private static boolean startsFresh(String text, int at) {
    if (at == 0) {
      return true;
    }
    int first = text.codePointAt(at);
    int before = text.codePointBefore(at);
    if (isWordPart(first) && isWordPart(before)) {
      return isUnspaced(first) || isUnspaced(before);
    }
    return !Character.isDigit(first) || !continuesNumber(text, at - 1);
  }

  /** Whether the character before a number makes it the end of another: a sign or a point. */
  private static boolean continuesNumber(String text, int mark) {
    char c = text.charAt(mark);
    boolean afterWord = mark > 0 && isWordPart(text.codePointBefore(mark));
    return c == '.' ? afterWord : c == '-' && !afterWord;
  }

  private static boolean endsClean(String text, int end) {
    if (end == text.length()) {
      return true;
    }
    int last = text.codePointBefore(end);
    int after = text.codePointAt(end);
    if (isWordPart(last) && isWordPart(after)) {
      return isUnspaced(last) || isUnspaced(after);
    }
    boolean goesOn =
        after == '.' && end + 1 < text.length() && Character.isDigit(text.charAt(end + 1));
    return !Character.isDigit(last) || !goesOn;
  }

  private static boolean isWordPart(int codePoint) {
    return Character.isLetterOrDigit(codePoint)
        || codePoint == '_'
        || Character.getType(codePoint) == Character.NON_SPACING_MARK
        || Character.getType(codePoint) == Character.COMBINING_SPACING_MARK;
  }

  private static boolean isUnspaced(int codePoint) {
    return switch (UnicodeScript.of(codePoint)) {
      case HAN, HIRAGANA, KATAKANA, THAI, LAO, KHMER, MYANMAR -> true;
      default -> false;
    };
  }
}
