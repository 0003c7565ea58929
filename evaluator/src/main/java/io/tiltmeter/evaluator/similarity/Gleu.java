package io.tiltmeter.evaluator.similarity;

import java.util.List;

/**
 * GLEU of one sentence (Y. Wu et al. 2016, section 7): of all runs of one to four words the shared
 * ones, by those of whichever text has more; words between white space, as NLTK has it.
 */
final class Gleu {
  private static final int LONGEST = 4;

  private Gleu() {}

  static double score(String text, String reference) {
    List<String> words = Words.apart(text);
    List<String> expected = Words.apart(reference);
    int shared = 0;
    int own = 0;
    int wanted = 0;
    for (int n = 1; n <= LONGEST; n++) {
      shared += Grams.shared(Grams.of(n, words), Grams.of(n, expected));
      own += Grams.count(n, words);
      wanted += Grams.count(n, expected);
    }
    return shared == 0 ? 0 : (double) shared / Math.max(own, wanted);
  }
}
