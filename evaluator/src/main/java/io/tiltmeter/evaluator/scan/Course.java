package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.scan.detector.Detector;
import io.tiltmeter.evaluator.scan.detector.Look;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.policy.dataset.ScanFinding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** One detector on its way through the passes over a file. */
final class Course<L extends Look<L>> {
  private final Detector<L> detector;
  private final List<L> looks = new ArrayList<>();
  private boolean open = true;

  Course(Detector<L> detector) {
    this.detector = detector;
  }

  /** Whether it looks at the rows of the pass that comes. */
  boolean isOpen() {
    return open;
  }

  /** Another look for the pass at hand. */
  Consumer<Example> look() {
    L look = detector.look();
    looks.add(look);
    return look::see;
  }

  /** Ends the pass. */
  void endPass() {
    L whole = looks.getFirst();
    looks.subList(1, looks.size()).forEach(whole::add);
    looks.clear();
    open = detector.learn(whole);
  }

  Optional<ScanFinding> finding(long examples) {
    return detector.finding(examples);
  }
}
