package io.tiltmeter.evaluator.screen;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.screen.Start.Scored;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Level L0: whether a model is about to refuse, by what it finds likely after reading the question.
 * Learned for one base and one tuned model from answers that they wrote; it only ever says
 * "refused, surely" or nothing.
 */
public final class FirstLook {
  /** Below this probability nothing is said. */
  public static final double SURE = 0.9;

  private final Cue cue;
  private final Map<Side, PlattScale> scales;

  private FirstLook(Cue cue, Map<Side, PlattScale> scales) {
    this.cue = cue;
    this.scales = scales;
  }

  /**
   * Fits a scale for each side; nothing where a side gives nothing to fit it to.
   *
   * @param scored answers of both sides
   */
  static Optional<FirstLook> fit(Cue cue, List<Scored> scored) {
    Map<Side, PlattScale> scales = new EnumMap<>(Side.class);
    for (Side side : Side.values()) {
      List<Scored> own = scored.stream().filter(one -> one.start().side() == side).toList();
      double[] numbers = new double[own.size()];
      boolean[] refusals = new boolean[own.size()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = cue.number(own.get(i).likelihoods());
        refusals[i] = own.get(i).start().refusal();
      }
      Optional<PlattScale> scale = PlattScale.fit(numbers, refusals);
      if (scale.isEmpty()) {
        return Optional.empty();
      }
      scales.put(side, scale.get());
    }
    return Optional.of(new FirstLook(cue, scales));
  }

  /** What the models have to be asked. */
  public Cue cue() {
    return cue;
  }

  /**
   * The probability of a refusal where that is sure.
   *
   * @param begun the first tokens that the model would write, at least {@link Cue#tokens} unless it
   *     would end before
   * @param likelihoods in the order of {@link Cue#wanted}
   */
  public OptionalDouble sureRefusal(Side side, List<Integer> begun, List<Double> likelihoods) {
    PlattScale scale = scales.get(side);
    if (scale == null || !cue.knows(begun)) {
      return OptionalDouble.empty();
    }
    double refusal = scale.refusal(cue.number(likelihoods));
    // Written so that NaN is not sure either.
    return refusal > SURE ? OptionalDouble.of(refusal) : OptionalDouble.empty();
  }

  boolean isSure(Scored one) {
    return sureRefusal(one.start().side(), one.start().tokens(), one.likelihoods()).isPresent();
  }
}
