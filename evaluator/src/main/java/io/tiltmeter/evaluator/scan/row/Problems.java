package io.tiltmeter.evaluator.scan.row;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Format problems: every one counted, those of the first lines kept. */
public final class Problems implements Serializable {
  private final int cap;
  private final List<FormatProblem> kept = new ArrayList<>();
  private long count;

  /**
   * None yet.
   *
   * @param cap most problems that are kept
   */
  public Problems(int cap) {
    this.cap = cap;
  }

  /** Adds a problem. */
  public void add(long line, String message) {
    count++;
    kept.add(new FormatProblem(line, message));
    if (kept.size() - cap >= cap) {
      trim();
    }
  }

  /** Adds the problems of other lines. */
  public void add(Problems other) {
    count += other.count;
    kept.addAll(other.kept);
    trim();
  }

  private void trim() {
    kept.sort(Comparator.comparingLong(FormatProblem::line));
    if (kept.size() > cap) {
      kept.subList(cap, kept.size()).clear();
    }
  }

  /** How many there are. */
  public long count() {
    return count;
  }

  /** Those of the first lines, in order. */
  public List<FormatProblem> kept() {
    trim();
    return List.copyOf(kept);
  }
}
