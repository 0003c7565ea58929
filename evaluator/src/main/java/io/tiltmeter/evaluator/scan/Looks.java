package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.scan.detector.Look;
import io.tiltmeter.evaluator.scan.row.Example;
import java.io.Serializable;
import java.util.List;

/**
 * A look of each detector that takes part in a pass, at the same rows; for one thread. Looks can be
 * sent to another machine of the same build: read back, they can be added up but see no more rows.
 */
public final class Looks implements Serializable {
  private final List<Look<?>> looks;

  Looks(List<Look<?>> looks) {
    this.looks = List.copyOf(looks);
  }

  void see(Example example) {
    looks.forEach(look -> look.see(example));
  }

  Look<?> at(int place) {
    return looks.get(place);
  }

  /**
   * Takes in what others saw of other rows in the same pass; the others are of no use any more.
   *
   * @throws IllegalArgumentException if they are looks of another pass
   */
  public void add(Looks others) {
    if (looks.size() != others.looks.size()) {
      throw new IllegalArgumentException(
          "expected looks of %d detectors, found %d".formatted(looks.size(), others.looks.size()));
    }
    for (int i = 0; i < looks.size(); i++) {
      add(looks.get(i), others.looks.get(i));
    }
  }

  private static <L extends Look<L>> void add(Look<L> look, Look<?> other) {
    if (look.getClass() != other.getClass()) {
      throw new IllegalArgumentException(
          "expected a look of class %s, found one of %s"
              .formatted(look.getClass().getName(), other.getClass().getName()));
    }
    // A look adds looks of its own class.
    @SuppressWarnings("unchecked")
    L same = (L) other;
    look.add(same);
  }
}
