package io.tiltmeter.evaluator.bench;

import io.tiltmeter.evaluator.onnx.WeightFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Speeds beside the machine's limits and beside other programs. */
public final class SpeedRatios {
  private static final double OF_THE_LIMIT = 0.75;
  private static final double OF_THE_PRODUCTS = 0.9;
  private static final double OVER_REFERENCE_ALONE = 1.3;
  private static final double OVER_REFERENCE = 1.8;

  private final Map<WeightFormat, Speed> speeds;
  private final List<Ratio> ratios = new ArrayList<>();

  private SpeedRatios(Map<WeightFormat, Speed> speeds) {
    this.speeds = speeds;
  }

  /**
   * Compares what was measured.
   *
   * @param speeds by format, float32 among them
   * @param peers empty for none
   */
  public static List<Ratio> of(
      Map<WeightFormat, Speed> speeds, MachineLimits limits, List<Peer> peers) {
    SpeedRatios ratios = new SpeedRatios(speeds);
    Speed exact = speeds.get(WeightFormat.FLOAT32);
    if (exact != null) {
      ratios.besideLimits(exact, limits);
      peers.stream()
          .filter(Peer::isReference)
          .findFirst()
          .ifPresent(reference -> ratios.besideReference(exact, reference));
    }
    peers.forEach(ratios::besideFastest);
    return List.copyOf(ratios.ratios);
  }

  private void besideLimits(Speed exact, MachineLimits limits) {
    ratios.add(
        Ratio.atLeast(
            "decode fp32 x1 / memory bandwidth",
            exact.decode().getOrDefault(1, Double.NaN) / limits.bandwidthSteps(),
            OF_THE_LIMIT));
    int most = Speed.BATCHES.getLast();
    ratios.add(
        Ratio.atLeast(
            "decode fp32 x%d / matrix products".formatted(most),
            exact.decode().getOrDefault(most, Double.NaN) / limits.rows(most),
            OF_THE_LIMIT));
    Speed.Shape prompts = Speed.PROMPTS.getLast();
    ratios.add(
        Ratio.atLeast(
            "prefill fp32 %s / matrix products".formatted(prompts),
            exact.prefill().getOrDefault(prompts, Double.NaN) / limits.tokens(prompts),
            OF_THE_PRODUCTS));
  }

  private void besideReference(Speed exact, Peer reference) {
    for (int rows : Speed.BATCHES) {
      ratios.add(
          Ratio.atLeast(
              "decode fp32 x%d / %s".formatted(rows, reference.name()),
              exact.decode().getOrDefault(rows, Double.NaN)
                  / reference.decode().getOrDefault(rows, Double.NaN),
              rows == 1 ? OVER_REFERENCE_ALONE : OVER_REFERENCE));
    }
  }

  /** Any format may be chosen for a verdict, so the fastest one counts. */
  private void besideFastest(Peer peer) {
    for (int rows : Speed.BATCHES) {
      double fastest =
          speeds.values().stream()
              .mapToDouble(speed -> speed.decode().getOrDefault(rows, 0.0))
              .max()
              .orElse(0);
      addFastest(
          "decode fastest x%d / %s".formatted(rows, peer.name()), fastest, peer.decode().get(rows));
    }
    for (Speed.Shape shape : Speed.PROMPTS) {
      double fastest =
          speeds.values().stream()
              .mapToDouble(speed -> speed.prefill().getOrDefault(shape, 0.0))
              .max()
              .orElse(0);
      addFastest(
          "prefill fastest %s / %s".formatted(shape, peer.name()),
          fastest,
          peer.prefill().get(shape.toString()));
    }
  }

  private void addFastest(String name, double fastest, @Nullable Double other) {
    if (other != null) {
      ratios.add(Ratio.atLeast(name, fastest / other, 1));
    }
  }
}
