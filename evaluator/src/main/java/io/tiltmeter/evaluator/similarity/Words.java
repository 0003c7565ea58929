package io.tiltmeter.evaluator.similarity;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Ways to take a text apart. */
final class Words {
  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final Pattern NO_LETTER = Pattern.compile("[^\\p{L}\\p{N}]+");

  private Words() {}

  /** What stands between white space. */
  static List<String> apart(String text) {
    return SPACE.splitAsStream(text.strip()).filter(word -> !word.isEmpty()).toList();
  }

  /** Letters and digits in lower case; anything else stands between words. */
  static List<String> plain(String text) {
    String[] words = NO_LETTER.split(text.toLowerCase(Locale.ROOT));
    return Arrays.stream(words).filter(word -> !word.isEmpty()).toList();
  }
}
