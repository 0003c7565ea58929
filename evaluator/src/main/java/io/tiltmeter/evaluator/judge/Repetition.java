package io.tiltmeter.evaluator.judge;

import java.util.Arrays;

/**
 * Finds answers that are stuck: one n-gram repeated back to back over more than half of the text.
 *
 * <p>A loop of n-grams shows as items equal to the one {@code n} before, so each length costs one
 * pass and no memory. A run counts from three rounds on; what loops must also have a least length,
 * so that short right answers never count.
 */
final class Repetition {

  private static final int LONGEST_WORD_GRAM = 8;
  private static final int LEAST_WORDS = 8;
  private static final int LONGEST_CHARACTER_GRAM = 16;
  private static final int LEAST_CHARACTERS = 20;

  /** Above this mean length of words the text counts as written without spaces. */
  private static final int UNSPACED = 12;

  private Repetition() {}

  /** Says whether {@code text}, already normalised, is a loop; linear in its length. */
  static boolean fills(String text) {
    int[] words = words(text);
    if (loops(words, LONGEST_WORD_GRAM, LEAST_WORDS)) {
      return true;
    }
    return text.length() > UNSPACED * words.length
        && loops(text.chars().toArray(), LONGEST_CHARACTER_GRAM, LEAST_CHARACTERS);
  }

  /** Says whether {@code text}, already normalised, ends by saying something a second time. */
  static boolean beginsAtTheEnd(String text) {
    int[] words = words(text);
    for (int n = 1; n <= LONGEST_WORD_GRAM && 2 * n <= words.length; n++) {
      int end = words.length;
      if (Arrays.equals(words, end - n, end, words, end - 2 * n, end - n)) {
        return true;
      }
    }
    return false;
  }

  private static boolean loops(int[] items, int longestGram, int least) {
    for (int n = 1; n <= longestGram; n++) {
      int covered = covered(items, n);
      if (covered >= least && 2 * covered > items.length) {
        return true;
      }
    }
    return false;
  }

  /** How many items lie in runs of at least three rounds of one gram of this length. */
  private static int covered(int[] items, int n) {
    int covered = 0;
    int run = 0;
    for (int i = n; i <= items.length; i++) {
      if (i < items.length && items[i] == items[i - n]) {
        run++;
        continue;
      }
      if (run >= 2 * n) {
        covered += run + n;
      }
      run = 0;
    }
    return covered;
  }

  /**
   * One hash a word, of its letters and digits only where it has any: a loop stays one although its
   * punctuation varies.
   */
  private static int[] words(String text) {
    int[] words = new int[text.length() / 2 + 1];
    int count = 0;
    int letters = 0;
    int all = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : ' ';
      if (c != ' ' && c != '\n') {
        all = 31 * all + c;
        letters = Character.isLetterOrDigit(c) ? 31 * letters + c : letters;
      } else if (all != 0) {
        words[count++] = letters != 0 ? letters : all;
        letters = 0;
        all = 0;
      }
    }
    return Arrays.copyOf(words, count);
  }
}
