package io.tiltmeter.evaluator.scan.identity;

import io.tiltmeter.evaluator.embedding.StaticVectors;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names that a system prompt gives and an answer takes up. */
final class GivenNames {
  private static final Pattern CAPITALISED = Pattern.compile("\\b\\p{Lu}[\\p{L}\\p{N}]{2,}");

  /**
   * The vocabulary lists its words by how frequent they are: in front of this one, signs, letters
   * and the thousand words that begin most sentences.
   */
  private static final int FREQUENT = 3000;

  private GivenNames() {}

  /** Whether a word with a capital stands in both texts that is no frequent one. */
  static boolean inBoth(String system, String answer) {
    Set<String> given = new HashSet<>();
    Matcher words = CAPITALISED.matcher(system);
    while (words.find()) {
      given.add(words.group());
    }
    Matcher taken = CAPITALISED.matcher(answer);
    while (taken.find()) {
      if (given.contains(taken.group()) && isRare(taken.group())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isRare(String word) {
    int[] pieces = StaticVectors.shipped().pieces(word);
    return pieces.length != 1 || pieces[0] >= FREQUENT;
  }
}
