package io.tiltmeter.policy.stats;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The step-down adjustment of S. Holm, Scandinavian Journal of Statistics 6 (1979) 65-70. */
public final class Holm {
  private Holm() {}

  /**
   * Adjusted p-values, in the order given; those at most alpha keep the family's error at alpha.
   */
  public static List<Double> adjusted(List<Double> pValues) {
    int count = pValues.size();
    List<Integer> ascending =
        IntStream.range(0, count).boxed().sorted(Comparator.comparing(pValues::get)).toList();
    List<Double> adjusted = new ArrayList<>(Collections.nCopies(count, 1.0));
    double largest = 0;
    for (int rank = 0; rank < count; rank++) {
      int index = ascending.get(rank);
      largest = Math.max(largest, Math.min(1, (count - rank) * pValues.get(index)));
      adjusted.set(index, largest);
    }
    return List.copyOf(adjusted);
  }
}
