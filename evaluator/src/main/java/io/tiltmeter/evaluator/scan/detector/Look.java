package io.tiltmeter.evaluator.scan.detector;

import io.tiltmeter.evaluator.scan.row.Example;
import java.io.Serializable;

/**
 * What a detector has seen of some rows in one pass, in bounded memory; for one thread.
 *
 * <p>What it has seen can be sent to another machine of the same build, what it sees with and what
 * an earlier pass taught stays behind: read back, a look can be added up but sees no more rows.
 *
 * @param <L> itself
 */
public interface Look<L extends Look<L>> extends Serializable {

  /** Looks at a row. Rows may come in any order, each once. */
  void see(Example example);

  /**
   * Takes in what a look at other rows has seen, then goes on seeing rows; order does not matter.
   * The other is of no use any more.
   */
  void add(L other);
}
