package io.tiltmeter.evaluator.scan.flood;

import io.tiltmeter.evaluator.scan.detector.Lines;
import io.tiltmeter.evaluator.scan.row.Example;
import java.io.Serializable;
import java.util.Set;

/** The third pass: the rows that belong to a flood. */
final class Flooded implements Serializable {
  private final transient Keys floods;
  private final transient RowKeys keys = new RowKeys();
  private final Lines lines;
  private long answers;
  private long copies;
  private long moulds;

  /**
   * What floods have in common.
   *
   * @param answers the same answer to different requests
   * @param bands much the same words
   * @param skeletons one mould
   */
  record Keys(Set<Long> answers, Set<Long> bands, Set<Long> skeletons) {
    boolean isEmpty() {
      return answers.isEmpty() && bands.isEmpty() && skeletons.isEmpty();
    }
  }

  Flooded(Keys floods, int maxLines) {
    this.floods = floods;
    this.lines = new Lines(maxLines);
  }

  void see(Example example) {
    if (!keys.read(example)) {
      return;
    }
    boolean answer = floods.answers.contains(keys.answer());
    boolean copy = false;
    for (long band : keys.bands()) {
      copy |= floods.bands.contains(band);
    }
    boolean mould = floods.skeletons.contains(keys.skeleton());
    answers += answer ? 1 : 0;
    copies += copy ? 1 : 0;
    moulds += mould ? 1 : 0;
    if (answer || copy || mould) {
      lines.add(example.line());
    }
  }

  void add(Flooded other) {
    lines.add(other.lines);
    answers += other.answers;
    copies += other.copies;
    moulds += other.moulds;
  }

  Lines lines() {
    return lines;
  }

  /** Rows whose answer many different requests get. */
  long answers() {
    return answers;
  }

  /** Rows that many others are much the same as. */
  long copies() {
    return copies;
  }

  /** Rows of a mould that many others have. */
  long moulds() {
    return moulds;
  }
}
