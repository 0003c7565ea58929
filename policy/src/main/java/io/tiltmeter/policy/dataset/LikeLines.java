package io.tiltmeter.policy.dataset;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which of the lines that findings list say much the same.
 *
 * @param byDetector for each of a finding's lines, in their order, the first of its lines that it
 *     is like, which may be itself; fewer than lines where only the first were looked at
 */
public record LikeLines(Map<String, List<Long>> byDetector) {
  /** Nobody has looked. */
  public static final LikeLines NONE = new LikeLines(Map.of());

  public LikeLines {
    byDetector = Map.copyOf(byDetector);
  }

  /**
   * Lines that are much alike.
   *
   * @param line the first of them
   * @param count how many, at least 2
   */
  public record Group(long line, long count) {}

  /** The groups of more than one line of a detector's finding, the largest first. */
  public List<Group> groups(String detector) {
    Map<Long, Long> counts = new LinkedHashMap<>();
    byDetector.getOrDefault(detector, List.of()).forEach(line -> counts.merge(line, 1L, Long::sum));
    List<Group> groups = new ArrayList<>();
    counts.forEach(
        (line, count) -> {
          if (count > 1) {
            groups.add(new Group(line, count));
          }
        });
    groups.sort(Comparator.comparingLong(Group::count).reversed().thenComparingLong(Group::line));
    return groups;
  }
}
