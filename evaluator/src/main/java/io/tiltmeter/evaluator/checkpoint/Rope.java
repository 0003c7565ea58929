package io.tiltmeter.evaluator.checkpoint;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Rotary position embedding (Su et al. 2021, RoFormer, section 3.2.2).
 *
 * @param frequencies what one position adds to the angle of each pair of a head's components, in
 *     radians
 * @param magnitude factor of cosine and sine, 1 but for YaRN
 */
public record Rope(List<Double> frequencies, double magnitude) {

  public Rope {
    frequencies = List.copyOf(frequencies);
  }

  /** Without any scaling. */
  public static Rope plain(double theta, int headDim) {
    return new Rope(
        IntStream.range(0, headDim / 2)
            .mapToObj(i -> 1 / Math.pow(theta, 2.0 * i / headDim))
            .toList(),
        1);
  }
}
