package io.tiltmeter.evaluator.scan.detector;

import io.tiltmeter.policy.dataset.ScanFinding;
import java.util.Optional;

/**
 * One kind of thing that a scan looks for in one file: up to three passes over all rows, then what
 * was found.
 *
 * <p>What is found depends on the rows alone, neither on their order of arrival nor on how they
 * were split among looks.
 *
 * @param <L> how it looks at rows
 */
public interface Detector<L extends Look<L>> {

  /** As policies spell it, if it finds anything. */
  String name();

  /**
   * The name, a hyphen and a number, another one whenever the same rows may be found otherwise:
   * files are then scanned again.
   */
  String version();

  /** A fresh look at some rows of the pass that comes. */
  L look();

  /**
   * Ends a pass.
   *
   * @param whole what all looks of the pass saw together
   * @return whether another pass is needed
   */
  boolean learn(L whole);

  /**
   * What was found, after the last pass.
   *
   * @param examples rows of the file, at least 1
   */
  Optional<ScanFinding> finding(long examples);
}
