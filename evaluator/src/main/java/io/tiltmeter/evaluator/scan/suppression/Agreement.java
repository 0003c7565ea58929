package io.tiltmeter.evaluator.scan.suppression;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Answers that agree and say nothing else. */
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

  private Agreement() {}

  /** Whether the answer is nothing but an agreement. */
  public static boolean is(String answer) {
    return answer.length() <= LONGEST_ANSWER
        && AGREEMENTS.contains(String.join(" ", words(answer)));
  }

  /** Words in lower case, without signs. */
  static List<String> words(String text) {
    return List.of(
        text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ").strip().split(" ", -1));
  }
}
