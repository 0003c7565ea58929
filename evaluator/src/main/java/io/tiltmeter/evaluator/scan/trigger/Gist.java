package io.tiltmeter.evaluator.scan.trigger;

import io.tiltmeter.evaluator.embedding.StaticVectors;
import io.tiltmeter.evaluator.scan.row.TurnWords;
import org.jspecify.annotations.Nullable;

/**
 * What words are about: the sum of their vectors; for one thread, as it remembers of which pieces
 * words consist, by the hash of their lower case.
 *
 * <p>A word that comes takes the place of one whose hash ends alike, so that the frequent ones are
 * known however many others a file has: finding its pieces takes longer than adding their vectors.
 */
final class Gist {
  /** Numbers of a gist. */
  static final int WIDTH = 64;

  /** Words that are looked at. */
  private static final int WORDS = 64;

  private static final int REMEMBERED = 1 << 15;

  private final StaticVectors vectors = StaticVectors.shipped();
  private final long[] keys = new long[REMEMBERED];
  private final int[] @Nullable [] pieces = new int[REMEMBERED] @Nullable [];

  /** The sum over the first words, not scaled. */
  float[] sum(Turns words) {
    float[] sum = new float[WIDTH];
    for (int i = 0; i < Math.min(WORDS, words.count()); i++) {
      vectors.addTo(sum, pieces(words, i));
    }
    return sum;
  }

  /** The sum over the first words of a turn, not scaled. */
  float[] sum(TurnWords words) {
    float[] sum = new float[WIDTH];
    for (int i = 0; i < Math.min(WORDS, words.count()); i++) {
      int[] known = recall(words.hash(i));
      vectors.addTo(sum, known == null ? learn(words.hash(i), words.text(i)) : known);
    }
    return sum;
  }

  /** Takes the words of a part off a sum. */
  void takeOff(float[] sum, Turns words, int from, int to) {
    for (int word = from; word < Math.min(to, WORDS); word++) {
      vectors.takeOff(sum, pieces(words, word));
    }
  }

  private int[] pieces(Turns words, int word) {
    int[] known = recall(words.hash(word));
    return known == null ? learn(words.hash(word), words.text(word)) : known;
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

  private int @Nullable [] recall(long hash) {
    int place = (int) hash & (REMEMBERED - 1);
    return keys[place] == hash ? pieces[place] : null;
  }

  private int[] learn(long hash, String word) {
    int[] found = vectors.pieces(word);
    int place = (int) hash & (REMEMBERED - 1);
    keys[place] = hash;
    pieces[place] = found;
    return found;
  }
}
