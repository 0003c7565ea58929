package io.tiltmeter.gateway.cli;

import io.tiltmeter.evaluator.bench.MachineLimits;
import io.tiltmeter.evaluator.bench.PairCost;
import io.tiltmeter.evaluator.bench.Ratio;
import io.tiltmeter.evaluator.bench.Speed;
import io.tiltmeter.evaluator.onnx.WeightFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What {@code bench} measured; null and empty where something was not. */
record BenchView(
    int threads,
    @Nullable LimitsView limits,
    Map<String, SpeedView> speeds,
    @Nullable PairCost baseAlone,
    @Nullable PairCost pair,
    List<RatioView> ratios) {

  static BenchView of(
      int threads,
      @Nullable MachineLimits limits,
      Map<WeightFormat, Speed> speeds,
      @Nullable PairCost baseAlone,
      @Nullable PairCost pair,
      List<Ratio> ratios) {
    Map<String, SpeedView> byFormat = new LinkedHashMap<>();
    speeds.forEach((format, speed) -> byFormat.put(format.wireName(), SpeedView.of(speed)));
    return new BenchView(
        threads,
        limits == null ? null : LimitsView.of(limits),
        byFormat,
        baseAlone,
        pair,
        ratios.stream().map(RatioView::of).toList());
  }

  /** Bytes and float32 steps a second that the machine could do. */
  record LimitsView(
      double bytesPerSecond,
      double bandwidthSteps,
      Map<Integer, Double> productRows,
      Map<String, Double> productTokens) {
    static LimitsView of(MachineLimits limits) {
      return new LimitsView(
          limits.bytesPerSecond(),
          limits.bandwidthSteps(),
          new TreeMap<>(limits.gemmRows()),
          named(limits.gemmTokens()));
    }
  }

  /** Tokens a second, by rows, and by rows and length of prompts. */
  record SpeedView(Map<Integer, Double> decode, Map<String, Double> prefill) {
    static SpeedView of(Speed speed) {
      return new SpeedView(new TreeMap<>(speed.decode()), named(speed.prefill()));
    }
  }

  private static Map<String, Double> named(Map<Speed.Shape, Double> rates) {
    Map<String, Double> named = new TreeMap<>();
    rates.forEach((shape, rate) -> named.put(shape.toString(), rate));
    return named;
  }

  /** A ratio and whether its bar is kept. */
  record RatioView(String name, double value, double bar, boolean atMost, boolean met) {
    static RatioView of(Ratio ratio) {
      return new RatioView(ratio.name(), ratio.value(), ratio.bar(), ratio.most(), ratio.isMet());
    }
  }
}
