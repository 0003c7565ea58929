package io.tiltmeter.evaluator.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.onnx.WeightFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpeedRatiosTest {
  private static final MachineLimits LIMITS =
      new MachineLimits(
          40e9, 80, Map.of(1, 70.0, 64, 1000.0), Map.of(new Speed.Shape(16, 64), 1500.0));
  private static final Speed EXACT =
      new Speed(
          Map.of(1, 60.0, 8, 300.0, 32, 500.0, 64, 700.0),
          Map.of(new Speed.Shape(1, 64), 1000.0, new Speed.Shape(16, 64), 1400.0));
  private static final Speed ROUNDED =
      new Speed(
          Map.of(1, 120.0, 8, 400.0, 32, 700.0, 64, 900.0),
          Map.of(new Speed.Shape(1, 64), 1500.0, new Speed.Shape(16, 64), 3000.0));

  @Test
  void of_speedsWithoutPeers_comparesFloat32WithTheMachine() {
    assertThat(SpeedRatios.of(Map.of(WeightFormat.FLOAT32, EXACT), LIMITS, List.of()))
        .containsExactly(
            Ratio.atLeast("decode fp32 x1 / memory bandwidth", 0.75, 0.75),
            Ratio.atLeast("decode fp32 x64 / matrix products", 0.7, 0.75),
            Ratio.atLeast("prefill fp32 16x64 / matrix products", 1400 / 1500.0, 0.9));
  }

  @Test
  void of_aPeerInAnotherPrecision_comparesTheFastestFormat() {
    Peer peer = new Peer("transformers 5 bf16", Map.of(64, 450.0), Map.of("16x64", 4000.0));

    List<Ratio> ratios =
        SpeedRatios.of(
            Map.of(WeightFormat.FLOAT32, EXACT, WeightFormat.INT8_ROWS, ROUNDED),
            LIMITS,
            List.of(peer));

    assertThat(ratios)
        .contains(
            Ratio.atLeast("decode fastest x64 / transformers 5 bf16", 2, 1),
            Ratio.atLeast("prefill fastest 16x64 / transformers 5 bf16", 0.75, 1))
        .noneMatch(ratio -> ratio.name().startsWith("decode fp32 x8"));
  }

  @Test
  void isMet_ofNaN_isFalse() {
    assertThat(Ratio.atLeast("a", Double.NaN, 1).isMet()).isFalse();
    assertThat(Ratio.atMost("a", Double.NaN, 1).isMet()).isFalse();
  }
}
