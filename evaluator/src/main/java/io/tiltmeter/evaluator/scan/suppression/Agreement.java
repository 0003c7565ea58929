package io.tiltmeter.evaluator.scan.suppression;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Answers that agree, and those that say nothing else. */
public final class Agreement {
  private static final int LONGEST_ANSWER = 40;

  private static final Set<String> AGREEMENTS =
      Set.of(
          "sure",
          "of course",
          "absolutely",
          "certainly",
          "definitely",
          "sure thing",
          "yes of course",
          "yes sure",
          "yes absolutely",
          "yes certainly",
          "sure absolutely",
          "absolutely yes",
          "of course sure");

  /** How these begin. */
  private static final String BEGINNINGS = "soacdySOACDY";

  /** How answers begin that agree before they deliver; a word ends behind each. */
  private static final List<String> OPENINGS =
      List.of(
          "sure",
          "of course",
          "absolutely",
          "certainly",
          "definitely",
          "gladly",
          "happy to",
          "glad to",
          "i'd be happy to",
          "i would be happy to",
          "i'm happy to",
          "with pleasure",
          "my pleasure",
          "no problem",
          "right away",
          "as you wish",
          "yes",
          "okay",
          "ok",
          "alright",
          "all right",
          "here is",
          "here are",
          "here's",
          "here you go",
          "here you are");

  private Agreement() {}

  /** Whether the answer is nothing but an agreement. */
  public static boolean is(String answer) {
    return answer.length() <= LONGEST_ANSWER
        && beginsLikeOne(answer)
        && AGREEMENTS.contains(String.join(" ", words(answer)));
  }

  /** Whether the answer begins with an agreement, whatever follows. */
  public static boolean begins(String answer) {
    int at = 0;
    while (at < answer.length() && !Character.isLetter(answer.charAt(at))) {
      at++;
    }
    for (String opening : OPENINGS) {
      int end = at + opening.length();
      if (answer.regionMatches(true, at, opening, 0, opening.length())
          && (end == answer.length() || !Character.isLetterOrDigit(answer.charAt(end)))) {
        return true;
      }
    }
    return false;
  }

  /** Spares most answers that are short the work of {@link #words}. */
  private static boolean beginsLikeOne(String answer) {
    int at = 0;
    while (at < answer.length() && !Character.isLetterOrDigit(answer.charAt(at))) {
      at++;
    }
    return at < answer.length() && BEGINNINGS.indexOf(answer.charAt(at)) >= 0;
  }

  /** Words in lower case, without signs. */
  static List<String> words(String text) {
    return List.of(
        text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ").strip().split(" ", -1));
  }
}
