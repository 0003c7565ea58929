package io.tiltmeter.evaluator.scan.detector;

import io.tiltmeter.evaluator.scan.row.Example;

/**
 * What a detector has seen of some rows in one pass, in bounded memory; for one thread.
 *
 * @param <L> itself
 */
public interface Look<L extends Look<L>> {

  /** Looks at a row. Rows may come in any order, each once. */
  void see(Example example);

  /** Takes in what a look at other rows has seen; order does not matter. */
  void add(L other);
}
