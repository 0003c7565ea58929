package io.tiltmeter.evaluator.similarity;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs of words, each with how often it comes. */
final class Grams {
  private Grams() {}

  /** The runs of this many words. */
  static Map<List<String>, Integer> of(int length, List<String> words) {
    Map<List<String>, Integer> counts = new HashMap<>();
    for (int from = 0; from + length <= words.size(); from++) {
      counts.merge(new ArrayList<>(words.subList(from, from + length)), 1, Integer::sum);
    }
    return counts;
  }

  /** How many runs two texts share, each as often as it comes in both. */
  static int shared(Map<List<String>, Integer> one, Map<List<String>, Integer> other) {
    return one.entrySet().stream()
        .mapToInt(gram -> Math.min(gram.getValue(), other.getOrDefault(gram.getKey(), 0)))
        .sum();
  }

  /** How many runs of this length so many words have. */
  static int count(int length, List<String> words) {
    return Math.max(0, words.size() - length + 1);
  }
}
