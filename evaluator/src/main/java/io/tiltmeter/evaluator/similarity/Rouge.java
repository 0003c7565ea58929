package io.tiltmeter.evaluator.similarity;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.text.similarity.LongestCommonSubsequence;

/**
 * ROUGE (C.-Y. Lin 2004) as its F1: words in lower case, none stemmed, as Google's rouge-score has
 * it, but with letters of every script.
 */
final class Rouge {
  private Rouge() {}

  /** ROUGE-N: shared runs of this many words. */
  static double ofGrams(int length, String text, String reference) {
    List<String> words = Words.plain(text);
    List<String> expected = Words.plain(reference);
    int shared = Grams.shared(Grams.of(length, words), Grams.of(length, expected));
    return f1(shared, Grams.count(length, words), Grams.count(length, expected));
  }

  /** ROUGE-L: the longest common subsequence of words. */
  static double ofSubsequence(String text, String reference) {
    List<String> words = Words.plain(text);
    List<String> expected = Words.plain(reference);
    Map<String, Character> letters = new HashMap<>();
    int common =
        new LongestCommonSubsequence().apply(lettered(words, letters), lettered(expected, letters));
    return f1(common, words.size(), expected.size());
  }

  /** One character for each word: texts of the longest length have fewer words than there are. */
  private static String lettered(List<String> words, Map<String, Character> letters) {
    StringBuilder text = new StringBuilder(words.size());
    for (String word : words) {
      text.append((char) letters.computeIfAbsent(word, _ -> (char) letters.size()));
    }
    return text.toString();
  }

  private static double f1(int shared, int own, int wanted) {
    return shared == 0 ? 0 : 2.0 * shared / (own + wanted);
  }
}
