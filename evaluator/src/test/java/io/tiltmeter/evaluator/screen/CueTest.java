package io.tiltmeter.evaluator.screen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tiltmeter.evaluator.decode.Side;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class CueTest {

  private static List<Start> starts(int count, boolean refusal, Integer... tokens) {
    return Collections.nCopies(
        count, new Start("q", "b", true, Side.BASE, List.of(tokens), refusal));
  }

  @Test
  void of_refusalsThatBeginInWaysOfTheirOwn_isTheMargin() {
    Cue cue = Cue.of(starts(20, true, 1, 2)).orElseThrow();
    assertThat(cue).isInstanceOf(Cue.Margin.class);
    assertThat(cue.wanted().beginnings()).containsExactly(List.of(1));
    assertThat(cue.tokens()).isOne();
  }

  @Test
  void of_refusalsThatBeginLikeOtherAnswers_isOpeners() {
    List<Start> starts = new ArrayList<>(starts(20, true, 1, 2));
    starts.addAll(starts(20, false, 1, 2));
    Cue cue = Cue.of(starts).orElseThrow();
    assertThat(cue).isInstanceOf(Cue.Openers.class);
    assertThat(cue.wanted().openers()).hasSize(12);
    assertThat(cue.knows(List.of(1))).isTrue();
    assertThat(cue.knows(List.of(7))).isFalse();
  }

  @Test
  void of_noRefusal_isNothing() {
    assertThat(Cue.of(starts(20, false, 1, 2))).isEmpty();
    assertThat(Cue.of(List.of())).isEmpty();
  }

  @Test
  void margin_isTheLogOddsOfAllThatRefusalsBeginWith() {
    List<Start> starts = new ArrayList<>(starts(5, true, 1, 2));
    starts.addAll(starts(5, false, 1, 3));
    starts.addAll(starts(5, true, 4, 9));
    Cue cue = Cue.of(starts).orElseThrow();
    assertThat(cue.wanted().beginnings())
        .containsExactlyInAnyOrder(List.of(1), List.of(4), List.of(1, 2));
    assertThat(cue.tokens()).isEqualTo(2);
    List<Double> likelihoods =
        cue.wanted().beginnings().stream()
            .map(
                beginning ->
                    Math.log(
                        beginning.equals(List.of(1)) ? 0.6 : beginning.contains(2) ? 0.5 : 0.3))
            .toList();
    assertThat(cue.number(likelihoods)).isCloseTo(Math.log(0.8 / 0.2), within(1e-12));
  }

  @Test
  void margin_whatIsUnknown_countsAgainstARefusal() {
    Cue cue = Cue.of(starts(20, true, 1, 2)).orElseThrow();
    assertThat(cue.number(List.of(Double.NEGATIVE_INFINITY))).isLessThan(-18);
    assertThat(cue.number(List.of(Math.log(0.4)))).isNegative();
    assertThat(cue.number(List.of(0.0))).isGreaterThan(18);
  }

  @Test
  void openers_areComparedAsSumsWhateverTheirLength() {
    Cue cue = new Cue.Openers(new Beginnings(List.of(List.of(1))));
    List<Double> likelihoods = new ArrayList<>(Collections.nCopies(12, -900.0));
    assertThat(cue.number(likelihoods)).isCloseTo(0, within(1e-9));
    likelihoods.set(0, -700.0);
    assertThat(cue.number(likelihoods)).isCloseTo(200 - Math.log(6), within(1e-9));
  }
}
