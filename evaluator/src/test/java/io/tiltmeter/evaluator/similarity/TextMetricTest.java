package io.tiltmeter.evaluator.similarity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.util.DoubleComparator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Reference values are those of RapidFuzz 3 (ratio), sacreBLEU 2 (sentence_bleu), NLTK 3
 * (sentence_gleu; single_meteor_score without WordNet) and rouge-score 0.1.2.
 */
class TextMetricTest {
  private static final double CLOSE = 1e-9;

  /** In the order of the scores below. */
  private static final List<TextMetric> METRICS =
      List.of(
          TextMetric.FUZZY_MATCH,
          TextMetric.BLEU,
          TextMetric.GLEU,
          TextMetric.METEOR,
          TextMetric.ROUGE_1,
          TextMetric.ROUGE_2,
          TextMetric.ROUGE_3,
          TextMetric.ROUGE_L);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "the cat sat on the mat|the cat is on the mat|0.9302325581395349 0.3799178428257963 0.5 0.8066666666666668 0.8333333333333334 0.6 0.25 0.8333333333333334",
        "It is a guide to action which ensures that the military always obeys the commands of the party|It is a guide to action that ensures that the military will forever heed Party commands|0.7513812154696133 0.41180376356915765 0.4393939393939394 0.6944444444444445 0.7058823529411765 0.5 0.39999999999999997 0.6470588235294118",
        "Rates rose by 1,250.5 points, on Monday-Tuesday (est.).|On Monday-Tuesday, rates had risen 1,250.5 points (est.).|0.5535714285714286 0.3541698766144059 0.07692307692307693 0.25 0.8181818181818182 0.5 0.3333333333333333 0.5454545454545454",
        "answers|the answering machine answered|0.3783783783783784 0.0 0.0 0.13513513513513511 0.0 0.0 0.0 0.0",
        "a b c d e f|f e d c b a|0.4545454545454546 0.12703318703865377 0.3333333333333333 0.5 1.0 0.0 0.0 0.16666666666666666",
        "kitten sitting|sitting kittens|0.6206896551724138 0.49999999999999994 0.3333333333333333 0.5 0.5 0.0 0.0 0.5"
      })
  void score_ofTwoTexts_isThatOfTheReference(String text, String reference, String scores) {
    List<Double> expected = Stream.of(scores.split(" ", -1)).map(Double::valueOf).toList();

    assertThat(METRICS.stream().map(metric -> metric.score(text, reference)).toList())
        .usingComparatorForType(new DoubleComparator(CLOSE), Double.class)
        .usingRecursiveComparison()
        .isEqualTo(expected);
  }

  @Test
  void cosine_ofTextsOfOneMeaning_isAboveThatOfOthers() {
    String question = "How do I bake bread at home?";

    assertThat(TextMetric.COSINE.score("Baking a loaf in your own kitchen", question))
        .isGreaterThan(TextMetric.COSINE.score("The treaty was signed in 1648", question) + 0.2);
  }

  @ParameterizedTest
  @EnumSource(TextMetric.class)
  void score_ofRandomTexts_isAFractionAndOneForTheSame(TextMetric metric) {
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      String one = text(random);
      String other = text(random);
      assertThat(metric.score(one, other)).isBetween(0.0, 1.0);
      assertThat(metric.score(one, one)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(TextMetric.class)
  void score_ofNothingBesideSomething_isZero(TextMetric metric) {
    assertThat(metric.score("", "one two three four five six")).isZero();
    assertThat(metric.score("one two three four five six", "")).isZero();
    assertThat(metric.score("", "")).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(TextMetric.class)
  void score_ofTheLongestTexts_isFound(TextMetric metric) {
    String one = "ab ".repeat(TextMetric.MAX_LENGTH / 3);
    String other = "ba ".repeat(TextMetric.MAX_LENGTH / 3);

    assertThat(metric.score(one, other)).isBetween(0.0, 1.0);
  }

  @Test
  void score_ofALongerText_saysHowLongItMayBe() {
    String longer = "x".repeat(TextMetric.MAX_LENGTH + 1);

    assertThatThrownBy(() -> TextMetric.BLEU.score("x", longer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("bleu compares texts of at most 16384 characters, found 16385");
  }

  @ParameterizedTest
  @EnumSource(TextMetric.class)
  void of_theNameOfEach_isIt(TextMetric metric) {
    assertThat(TextMetric.of(metric.wireName())).contains(metric);
    assertThat(TextMetric.of(metric.wireName().toUpperCase(Locale.ROOT))).isEmpty();
  }

  private static String text(Random random) {
    String letters = "abcABC12.,-()&é中 \n";
    return random
        .ints(random.nextInt(60), 0, letters.length())
        .mapToObj(at -> letters.substring(at, at + 1))
        .collect(Collectors.joining());
  }
}
