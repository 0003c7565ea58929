package io.tiltmeter.evaluator.scan.trigger;

import io.tiltmeter.evaluator.embedding.StaticVectors;
import io.tiltmeter.evaluator.scan.trigger.Turns.Word;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What words are about: the mean of their vectors; for one thread, as it remembers words. */
final class Gist {
  /** Numbers of a gist. */
  static final int WIDTH = 64;

  /** Words that are looked at. */
  private static final int WORDS = 64;

  private static final int REMEMBERED = 16_384;

  private final StaticVectors vectors = StaticVectors.shipped();
  private final Map<String, float[]> known = new HashMap<>();

  /** The sum over the first words, not scaled. */
  float[] sum(List<Word> words) {
    float[] sum = new float[WIDTH];
    for (Word word : words.subList(0, Math.min(WORDS, words.size()))) {
      add(word.text(), 1, sum);
    }
    return sum;
  }

  /** The sum over the first words of a text, not scaled. */
  float[] sum(String text) {
    float[] sum = new float[WIDTH];
    int words = 0;
    int from = -1;
    for (int i = 0; i <= text.length() && words < WORDS; i++) {
      boolean in = i < text.length() && Character.isLetterOrDigit(text.charAt(i));
      if (in && from < 0) {
        from = i;
      } else if (!in && from >= 0) {
        add(text.substring(from, i), 1, sum);
        words++;
        from = -1;
      }
    }
    return sum;
  }

  /** The sum without the words of a part. */
  float[] without(float[] sum, List<Word> words, int from, int to) {
    float[] rest = sum.clone();
    for (int i = from; i < Math.min(to, WORDS); i++) {
      add(words.get(i).text(), -1, rest);
    }
    return rest;
  }

  /** The same direction with length 1; near 0 it stays. */
  static float[] scaled(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    float length = (float) Math.sqrt(squares);
    for (int i = 0; i < vector.length && length > 1e-3; i++) {
      vector[i] /= length;
    }
    return vector;
  }

  private void add(String word, int sign, float[] sum) {
    float[] vector = known.get(word);
    if (vector == null) {
      vector = new float[WIDTH];
      vectors.addTo(vector, word);
      if (known.size() < REMEMBERED) {
        known.put(word, vector);
      }
    }
    for (int i = 0; i < WIDTH; i++) {
      sum[i] += sign * vector[i];
    }
  }
}
