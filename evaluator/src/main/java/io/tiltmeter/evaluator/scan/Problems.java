package io.tiltmeter.evaluator.scan;

import java.util.ArrayList;
import java.util.List;

/** Format problems: every one counted, the first ones kept. */
final class Problems {
  private final int cap;
  private final List<FormatProblem> kept = new ArrayList<>();
  private long count;

  Problems(int cap) {
    this.cap = cap;
  }

  void add(long line, String message) {
    count++;
    if (kept.size() < cap) {
      kept.add(new FormatProblem(line, message));
    }
  }

  long count() {
    return count;
  }

  List<FormatProblem> kept() {
    return List.copyOf(kept);
  }
}
