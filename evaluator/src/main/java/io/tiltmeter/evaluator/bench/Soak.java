package io.tiltmeter.evaluator.bench;

import io.tiltmeter.evaluator.checkpoint.AdapterReader;
import io.tiltmeter.evaluator.checkpoint.Checkpoint;
import io.tiltmeter.evaluator.checkpoint.CheckpointReader;
import io.tiltmeter.evaluator.decode.DecodeSettings;
import io.tiltmeter.evaluator.decode.ModelPair;
import io.tiltmeter.evaluator.decode.Prompt;
import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.runner.PairSource;
import io.tiltmeter.evaluator.text.ChatTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Whether memory stays where it is when models are loaded, asked and closed again and again in one
 * process.
 *
 * @param resident bytes that the process had after each round
 */
public record Soak(List<Long> resident) {
  /** Fewest rounds that can be split into a first quarter and a second half. */
  public static final int FEWEST = 4;

  private static final int PROMPTS = 4;
  private static final int TOKENS = 16;

  public Soak {
    if (resident.size() < FEWEST) {
      throw new IllegalArgumentException(
          "a soak needs at least %d rounds, got %d".formatted(FEWEST, resident.size()));
    }
    resident = List.copyOf(resident);
  }

  /**
   * Reads, loads, asks and closes the models of a source so many times, after half as many rounds
   * that do not count: until then Java still compiles, and the allocator still finds its size.
   *
   * @param rounds at least {@value #FEWEST}
   * @throws io.tiltmeter.evaluator.checkpoint.ModelException if a model cannot be loaded or asked
   */
  public static Soak of(PairSource source, DecodeSettings settings, int rounds) {
    for (int round = 0; round < rounds / 2; round++) {
      round(source, settings);
    }
    List<Long> resident = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      round(source, settings);
      // What lies on the Java heap until it is collected is no leak.
      System.gc();
      resident.add(Resident.now());
    }
    return new Soak(resident);
  }

  /** Median bytes of the first quarter of the rounds. */
  public double firstQuarter() {
    return median(resident.subList(0, resident.size() / 4));
  }

  /** Median bytes of the second half of the rounds. */
  public double secondHalf() {
    return median(resident.subList(resident.size() / 2, resident.size()));
  }

  /** Bytes that each round left behind, from the first quarter's middle to the second half's. */
  public double perRound() {
    return (secondHalf() - firstQuarter()) / (resident.size() * (0.75 - 0.125));
  }

  /** A single round may be measured before the collector has given memory back. */
  private static double median(List<Long> values) {
    List<Long> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2.0;
  }

  private static void round(PairSource source, DecodeSettings settings) {
    Checkpoint base = CheckpointReader.read(source.base());
    try (ChatTokenizer text = ChatTokenizer.open(base);
        ModelPair models = open(source, base, settings)) {
      List<Prompt> prompts = new ArrayList<>();
      for (int i = 0; i < PROMPTS; i++) {
        List<Integer> tokens = text.encodeRaw("What is the capital of France? ".repeat(i + 1));
        for (Side side : sides(source)) {
          prompts.add(new Prompt("p" + i, side, tokens));
        }
      }
      models.generate(prompts, TOKENS, answer -> text.decode(answer.tokens()));
    }
  }

  private static Set<Side> sides(PairSource source) {
    return switch (source) {
      case PairSource.BaseOnly _ -> Set.of(Side.BASE);
      case PairSource.TunedOnly _ -> Set.of(Side.TUNED);
      case PairSource.WithAdapter _, PairSource.TwoModels _ -> Set.of(Side.values());
    };
  }

  private static ModelPair open(PairSource source, Checkpoint base, DecodeSettings settings) {
    return switch (source) {
      case PairSource.BaseOnly _ -> ModelPair.ofBase(base, settings);
      case PairSource.TunedOnly one ->
          ModelPair.ofTuned(CheckpointReader.read(one.tuned()), settings);
      case PairSource.WithAdapter pair ->
          ModelPair.ofAdapter(base, AdapterReader.read(pair.adapter(), base), settings);
      case PairSource.TwoModels pair ->
          ModelPair.ofModels(base, CheckpointReader.read(pair.tuned()), settings);
    };
  }
}
