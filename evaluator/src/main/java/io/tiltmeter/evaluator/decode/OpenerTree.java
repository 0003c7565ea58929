package io.tiltmeter.evaluator.decode;

import io.tiltmeter.evaluator.onnx.DecoderBatch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Beginnings of answers, in tokens. Their likelihoods are found by feeding a model the tokens
 * themselves (teacher forcing) after a prompt that it has read once; what several begin with is fed
 * once, and the last token of none.
 */
public final class OpenerTree {
  /** No opener. */
  public static final OpenerTree NONE = new OpenerTree(List.of());

  private final List<List<Integer>> openers;

  private OpenerTree(List<List<Integer>> openers) {
    this.openers = openers;
  }

  /**
   * Of openers in tokens.
   *
   * @throws IllegalArgumentException if one has no token
   */
  public static OpenerTree of(List<List<Integer>> openers) {
    if (openers.stream().anyMatch(List::isEmpty)) {
      throw new IllegalArgumentException("an opener has no token");
    }
    return new OpenerTree(openers.stream().map(List::copyOf).toList());
  }

  boolean isEmpty() {
    return openers.isEmpty();
  }

  /** Tokens of the longest; 0 if there is none. */
  int longest() {
    return openers.stream().mapToInt(List::size).max().orElse(0);
  }

  /** Every token of every opener. */
  Collection<Integer> tokens() {
    return openers.stream().flatMap(List::stream).collect(Collectors.toSet());
  }

  /**
   * Likelihoods of all openers after each row, as natural logarithms; the batch ends as it was.
   *
   * @return one list for each row, in the order of the openers
   */
  List<List<Double>> score(DecoderBatch batch) {
    double[][] scores = new double[openers.size()][];
    batch.mark();
    score(
        batch,
        IntStream.range(0, openers.size()).boxed().toList(),
        0,
        new double[batch.rows()],
        scores);
    batch.reset();
    return IntStream.range(0, batch.rows())
        .mapToObj(row -> IntStream.range(0, scores.length).mapToObj(i -> scores[i][row]).toList())
        .toList();
  }

  /**
   * Scores openers that share their first {@code depth} tokens, which the batch was just fed.
   *
   * @param sums likelihood of what they share, by row
   */
  private void score(
      DecoderBatch batch, List<Integer> chosen, int depth, double[] sums, double[][] scores) {
    Map<Integer, List<Integer>> byToken =
        chosen.stream()
            .collect(
                Collectors.groupingBy(
                    i -> openers.get(i).get(depth), LinkedHashMap::new, Collectors.toList()));
    // All are read before the first is fed, since that replaces the logits.
    Map<Integer, double[]> sumsByToken = new LinkedHashMap<>();
    byToken.keySet().forEach(token -> sumsByToken.put(token, sumsWith(batch, token, sums)));
    sumsByToken.forEach(
        (token, longer) -> {
          List<Integer> unfinished = new ArrayList<>();
          for (int i : byToken.getOrDefault(token, List.of())) {
            if (openers.get(i).size() == depth + 1) {
              scores[i] = longer;
            } else {
              unfinished.add(i);
            }
          }
          if (!unfinished.isEmpty()) {
            batch.stepWith(token);
            score(batch, unfinished, depth + 1, longer, scores);
            batch.stepBack();
          }
        });
  }

  private static double[] sumsWith(DecoderBatch batch, int token, double[] sums) {
    double[] longer = new double[sums.length];
    for (int row = 0; row < sums.length; row++) {
      longer[row] = sums[row] + batch.logProbability(row, token);
    }
    return longer;
  }
}
