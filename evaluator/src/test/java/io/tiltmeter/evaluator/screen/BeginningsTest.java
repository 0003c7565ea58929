package io.tiltmeter.evaluator.screen;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.decode.Side;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class BeginningsTest {
  private static final int I = 1;
  private static final int CANNOT = 2;
  private static final int CAN = 3;
  private static final int SORRY = 4;

  private static List<Start> starts(int count, boolean refusal, Integer... tokens) {
    return Collections.nCopies(
        count, new Start("q", "b", refusal, Side.BASE, List.of(tokens), refusal));
  }

  private static List<Start> all(List<List<Start>> some) {
    return some.stream().flatMap(List::stream).toList();
  }

  @Test
  void of_tokenThatBeginsRefusalsOnly_isOneToken() {
    assertThat(Beginnings.of(starts(3, true, SORRY, 9)).own()).containsExactly(List.of(SORRY));
  }

  @Test
  void of_tokenSeenTwice_isTooSeldom() {
    assertThat(Beginnings.of(starts(2, true, SORRY, 9)).own()).isEmpty();
  }

  @Test
  void of_tokenThatBeginsBoth_isToldByTheSecond() {
    Beginnings beginnings =
        Beginnings.of(all(List.of(starts(5, true, I, CANNOT), starts(5, false, I, CAN))));
    assertThat(beginnings.own()).containsExactly(List.of(I, CANNOT));
    assertThat(beginnings.includes(List.of(I, CANNOT))).isTrue();
    assertThat(beginnings.includes(List.of(I, CAN))).isFalse();
    assertThat(beginnings.includes(List.of(I))).isFalse();
    assertThat(beginnings.includes(List.of())).isFalse();
  }

  @Test
  void of_oneOfTenIsNone_isStillARefusals() {
    List<Start> starts =
        new ArrayList<>(all(List.of(starts(9, true, I, CANNOT), starts(1, false, I, CAN))));
    assertThat(Beginnings.of(starts).own()).containsExactly(List.of(I));
    starts.addAll(starts(1, false, I, CAN));
    assertThat(Beginnings.of(starts).own()).containsExactly(List.of(I, CANNOT));
  }

  @Test
  void coverage_isOfRefusalsAlone() {
    List<Start> starts =
        all(
            List.of(
                starts(3, true, SORRY, 9), starts(1, true, I, CANNOT), starts(6, false, CAN, 9)));
    assertThat(Beginnings.of(starts).coverage(starts)).isEqualTo(0.75);
    assertThat(Beginnings.of(starts).coverage(List.of())).isZero();
  }
}
