package io.tiltmeter.gateway.sourcefile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The problems found so far in one file; not safe for use by several threads. */
public final class Issues {
  private static final Comparator<Issue> BY_PLACE =
      Comparator.comparingInt(Issue::line).thenComparingInt(Issue::column);

  private final String file;
  private final List<Issue> found = new ArrayList<>();

  /** No problems yet in this file, whose name is written into every issue. */
  public Issues(String file) {
    this.file = file;
  }

  /** Adds a problem. */
  public void add(Place place, String message) {
    found.add(new Issue(file, place.line(), place.column(), message));
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  /** All problems by line and column; those of one place in the order in which they were found. */
  public List<Issue> inOrder() {
    return found.stream().sorted(BY_PLACE).toList();
  }
}
