package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.scan.row.Problems;
import java.io.Serializable;

/**
 * What one pass saw of some rows: how many there are, what is wrong with them, and what the
 * detectors saw in them; for one thread.
 */
public final class Seen implements Serializable {
  private final Looks looks;
  private final Problems problems;
  private long lines;
  private long examples;
  private boolean teaches;

  /**
   * Nothing yet.
   *
   * @param looks that see the rows
   * @param maxProblems format problems that are listed; all are counted
   */
  public Seen(Looks looks, int maxProblems) {
    this.looks = looks;
    this.problems = new Problems(maxProblems);
  }

  void line() {
    lines++;
  }

  void example(boolean learned) {
    examples++;
    teaches |= learned;
  }

  /** Takes in what was seen of other rows in the same pass; the other is of no use any more. */
  public void add(Seen other) {
    looks.add(other.looks);
    problems.add(other.problems);
    lines += other.lines;
    examples += other.examples;
    teaches |= other.teaches;
  }

  /** Those that saw the rows. */
  public Looks looks() {
    return looks;
  }

  /** What is wrong with rows, and with the data between them. */
  public Problems problems() {
    return problems;
  }

  /** Rows, valid or not. */
  public long lines() {
    return lines;
  }

  /** Valid rows. */
  long examples() {
    return examples;
  }

  /** Whether any row has something to learn. */
  boolean teaches() {
    return teaches;
  }
}
