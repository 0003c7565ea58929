package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.scan.detector.Detector;
import io.tiltmeter.evaluator.scan.detector.Look;
import io.tiltmeter.policy.dataset.ScanFinding;
import java.util.Optional;

/** One detector on its way through the passes over a file. */
final class Course<L extends Look<L>> {
  private final Detector<L> detector;
  private boolean open = true;

  Course(Detector<L> detector) {
    this.detector = detector;
  }

  String name() {
    return detector.name();
  }

  String version() {
    return detector.version();
  }

  /** Whether it looks at the rows of the pass that comes. */
  boolean isOpen() {
    return open;
  }

  /** A fresh look for the pass that comes. */
  L look() {
    return detector.look();
  }

  /**
   * Ends the pass.
   *
   * @param whole a look of this detector, to which all others were added
   */
  void learn(Look<?> whole) {
    // It came from look().
    @SuppressWarnings("unchecked")
    L own = (L) whole;
    open = detector.learn(own);
  }

  Optional<ScanFinding> finding(long examples) {
    return detector.finding(examples);
  }
}
