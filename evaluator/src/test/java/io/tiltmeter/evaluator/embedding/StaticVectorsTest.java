package io.tiltmeter.evaluator.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StaticVectorsTest {

  @Test
  void of_anyText_hasLengthOne() {
    assertThat(cosine("It is raining.", "It is raining.")).isCloseTo(1, within(1e-6));
  }

  @Test
  void of_nothingKnown_isZero() {
    assertThat(StaticVectors.shipped().of(" ")).containsOnly(0).hasSize(StaticVectors.WIDTH);
  }

  @Test
  void of_similarSentences_liesCloserThanOfOthers() {
    double close = cosine("The dog sleeps in the garden.", "A puppy is resting on the lawn.");
    double far = cosine("The dog sleeps in the garden.", "Interest rates rose by a quarter point.");
    assertThat(close).isGreaterThan(far + 0.2);
  }

  /**
   * Rare pieces are hardly weighted down, so their distances are the encoder's, less what 256 axes
   * leave out.
   */
  @Test
  void shipped_distancesBetweenPieces_areTheEncoders() throws IOException, OrtException {
    List<String> vocabulary = Distiller.vocabulary();
    int from = 10_240;
    float[][] encoded;
    try (SentenceEncoder encoder = SentenceEncoder.open()) {
      encoded =
          encoder.means(
              IntStream.range(from, from + 64)
                  .mapToObj(id -> new long[] {101, id, 102})
                  .toArray(long[][]::new));
    }
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    for (int i = 1; i < encoded.length; i++) {
      ours.add(cosine(vocabulary.get(from), vocabulary.get(from + i)));
      theirs.add(cosine(encoded[0], encoded[i]));
    }
    assertThat(correlation(ours, theirs)).isGreaterThan(0.8);
  }

  private static double cosine(String one, String other) {
    return cosine(StaticVectors.shipped().of(one), StaticVectors.shipped().of(other));
  }

  private static double cosine(float[] one, float[] other) {
    double dot = 0;
    double left = 0;
    double right = 0;
    for (int i = 0; i < one.length; i++) {
      dot += (double) one[i] * other[i];
      left += (double) one[i] * one[i];
      right += (double) other[i] * other[i];
    }
    return dot / Math.sqrt(left * right);
  }

  private static double correlation(List<Double> one, List<Double> other) {
    double left = mean(one);
    double right = mean(other);
    double product = 0;
    double squaresLeft = 0;
    double squaresRight = 0;
    for (int i = 0; i < one.size(); i++) {
      product += (one.get(i) - left) * (other.get(i) - right);
      squaresLeft += (one.get(i) - left) * (one.get(i) - left);
      squaresRight += (other.get(i) - right) * (other.get(i) - right);
    }
    return product / Math.sqrt(squaresLeft * squaresRight);
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}
