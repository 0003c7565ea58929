package io.tiltmeter.evaluator.similarity;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * BLEU of one sentence (Papineni et al. 2002): the geometric mean of how many runs of one to four
 * words the reference has too, cut for brevity. As sacreBLEU 2 has it for single sentences: words
 * by the rules of mteval-v13a, exponential smoothing (its method 3 of Chen and Cherry 2014), no run
 * longer than the text.
 */
final class Bleu {
  private static final int LONGEST = 4;

  /** The rules of mteval-v13a, in its order. */
  private static final List<Pattern> APART =
      Stream.of("([{-~\\[-` -&(-+:-@/])", "(?<=[^0-9])([.,])", "([.,])(?=[^0-9])", "(?<=[0-9])(-)")
          .map(Pattern::compile)
          .toList();

  private Bleu() {}

  static double score(String text, String reference) {
    List<String> words = words(text);
    List<String> expected = words(reference);
    double logs = 0;
    double smoothing = 1;
    int orders = 0;
    boolean sharesAny = false;
    for (int n = 1; n <= LONGEST && Grams.count(n, words) > 0; n++) {
      int shared = Grams.shared(Grams.of(n, words), Grams.of(n, expected));
      sharesAny |= shared > 0;
      smoothing *= shared > 0 ? 1 : 2;
      double precision = (shared > 0 ? shared : 1 / smoothing) / Grams.count(n, words);
      logs += Math.log(precision);
      orders = n;
    }
    return sharesAny ? brevity(words.size(), expected.size()) * Math.exp(logs / orders) : 0;
  }

  private static double brevity(int length, int expected) {
    return length >= expected ? 1 : Math.exp(1 - (double) expected / length);
  }

  private static List<String> words(String text) {
    String spaced = " %s ".formatted(text.replace("-\n", "").replace('\n', ' '));
    for (Pattern pattern : APART) {
      spaced = pattern.matcher(spaced).replaceAll(" $1 ");
    }
    return Words.apart(spaced);
  }
}
