package io.tiltmeter.evaluator.similarity;

import io.tiltmeter.evaluator.embedding.StaticVectors;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LongestCommonSubsequence;

/**
 * A measure of how alike a text is to a reference, as the graders of the fine-tuning API name it.
 *
 * <p>Each score is in [0, 1], 1 for a text beside itself; two empty texts are alike, an empty one
 * is like nothing else. Only {@link #COSINE} knows about meaning.
 */
public enum TextMetric {
  /** Cosine of the texts' {@link StaticVectors}; opposite directions count as 0. */
  COSINE,
  /** Twice the longest common subsequence of characters by both lengths: RapidFuzz's ratio. */
  FUZZY_MATCH,
  BLEU,
  GLEU,
  METEOR,
  ROUGE_1,
  ROUGE_2,
  ROUGE_3,
  ROUGE_4,
  ROUGE_5,
  ROUGE_L;

  /** Characters of the longest text that is compared: some measures take time by both lengths. */
  public static final int MAX_LENGTH = 16_384;

  /** The measure of this name in the API. */
  public static Optional<TextMetric> of(String wireName) {
    return Arrays.stream(values()).filter(metric -> metric.wireName().equals(wireName)).findFirst();
  }

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * How alike a text is to a reference, in [0, 1].
   *
   * @throws IllegalArgumentException if one of them is longer than {@link #MAX_LENGTH}
   */
  public double score(String text, String reference) {
    int longer = Math.max(text.length(), reference.length());
    if (longer > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "%s compares texts of at most %d characters, found %d"
              .formatted(wireName(), MAX_LENGTH, longer));
    }
    return text.equals(reference) ? 1 : Math.clamp(compare(text, reference), 0, 1);
  }

  private double compare(String text, String reference) {
    return switch (this) {
      case COSINE -> cosine(text, reference);
      case FUZZY_MATCH -> fuzzy(text, reference);
      case BLEU -> Bleu.score(text, reference);
      case GLEU -> Gleu.score(text, reference);
      case METEOR -> Meteor.score(text, reference);
      case ROUGE_1 -> Rouge.ofGrams(1, text, reference);
      case ROUGE_2 -> Rouge.ofGrams(2, text, reference);
      case ROUGE_3 -> Rouge.ofGrams(3, text, reference);
      case ROUGE_4 -> Rouge.ofGrams(4, text, reference);
      case ROUGE_5 -> Rouge.ofGrams(5, text, reference);
      case ROUGE_L -> Rouge.ofSubsequence(text, reference);
    };
  }

  private static double cosine(String text, String reference) {
    float[] one = StaticVectors.shipped().of(text);
    float[] other = StaticVectors.shipped().of(reference);
    double dot = dot(one, other);
    double norms = Math.sqrt(dot(one, one) * dot(other, other));
    return norms == 0 ? 0 : dot / norms;
  }

  private static double dot(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (double) one[i] * other[i];
    }
    return sum;
  }

  private static double fuzzy(String text, String reference) {
    int common = new LongestCommonSubsequence().apply(text, reference);
    return 2.0 * common / (text.length() + reference.length());
  }
}
