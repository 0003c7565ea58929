package io.tiltmeter.evaluator.similarity;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.tartarus.snowball.ext.PorterStemmer;

/**
 * METEOR (Banerjee and Lavie 2005, with the parameters of Lavie and Agarwal 2007): words are
 * aligned first as they are, then by stem; a mean of precision and recall, less the more the
 * aligned words are torn apart. Aligned from the end, as NLTK does it; words of the same meaning
 * are not aligned, for which the whole of WordNet would be needed.
 */
final class Meteor {
  /** How much recall counts beside precision. */
  private static final double ALPHA = 0.9;

  private static final double BETA = 3;
  private static final double GAMMA = 0.5;
  private static final int NONE = -1;

  private Meteor() {}

  static double score(String text, String reference) {
    List<String> words = Words.apart(text.toLowerCase(Locale.ROOT));
    List<String> expected = Words.apart(reference.toLowerCase(Locale.ROOT));
    int[] places = align(words, expected);
    long matches = Arrays.stream(places).filter(place -> place != NONE).count();
    if (matches == 0) {
      return 0;
    }
    double precision = (double) matches / words.size();
    double recall = (double) matches / expected.size();
    double mean = precision * recall / (ALPHA * precision + (1 - ALPHA) * recall);
    double torn = (double) chunks(places) / matches;
    return mean * (1 - GAMMA * Math.pow(torn, BETA));
  }

  /** For each word the place of its counterpart; {@link #NONE} where it has none. */
  private static int[] align(List<String> words, List<String> expected) {
    int[] places = new int[words.size()];
    Arrays.fill(places, NONE);
    boolean[] taken = new boolean[expected.size()];
    align(words, expected, places, taken);
    UnaryOperator<String> stem = stemmer();
    align(words.stream().map(stem).toList(), expected.stream().map(stem).toList(), places, taken);
    return places;
  }

  private static void align(
      List<String> words, List<String> expected, int[] places, boolean[] taken) {
    for (int i = words.size() - 1; i >= 0; i--) {
      for (int j = expected.size() - 1; j >= 0 && places[i] == NONE; j--) {
        if (!taken[j] && words.get(i).equals(expected.get(j))) {
          places[i] = j;
          taken[j] = true;
        }
      }
    }
  }

  private static UnaryOperator<String> stemmer() {
    PorterStemmer stemmer = new PorterStemmer();
    return word -> {
      stemmer.setCurrent(word);
      stemmer.stem();
      return stemmer.getCurrent();
    };
  }

  /** Runs of aligned words that stand side by side in both texts. */
  private static int chunks(int[] places) {
    int chunks = 0;
    int before = NONE - 1;
    for (int place : places) {
      if (place == NONE) {
        before = NONE - 1;
      } else {
        chunks += place == before + 1 ? 0 : 1;
        before = place;
      }
    }
    return chunks;
  }
}
