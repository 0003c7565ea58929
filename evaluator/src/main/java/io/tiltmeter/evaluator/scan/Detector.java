package io.tiltmeter.evaluator.scan;

import io.tiltmeter.policy.dataset.ScanFinding;
import java.util.Optional;

/** Looks at every example once, in order, in bounded memory, and says in the end what it found. */
interface Detector {

  void see(Example example);

  /**
   * What was found.
   *
   * @param examples how many it has seen
   */
  Optional<ScanFinding> finding(long examples);
}
