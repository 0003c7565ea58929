package io.tiltmeter.policy.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a later scan of a file differs from an earlier one of the same bytes.
 *
 * @param changes by detector, in the order of their names; none where both say the same
 */
public record ScanDifference(List<Change> changes) {

  public ScanDifference {
    changes = List.copyOf(changes);
  }

  /**
   * One detector's finding before and after; at least one of the two is there.
   *
   * @param before null where the detector found nothing then
   * @param after null where it finds nothing now
   */
  public record Change(@Nullable ScanFinding before, @Nullable ScanFinding after) {

    /** As policies spell it. */
    public String detector() {
      ScanFinding one = after == null ? before : after;
      if (one == null) {
        throw new IllegalStateException("a change has a finding on one side at least");
      }
      return one.detector();
    }

    /**
     * Whether people have to know: what is found now holds a file back, and was not found before or
     * was found with less severity. What only steers has nothing left to steer.
     */
    public boolean isWorse() {
      return after != null
          && after.severity().compareTo(Severity.REVIEW) >= 0
          && (before == null || before.severity().compareTo(after.severity()) < 0);
    }

    private boolean isChange() {
      return before == null
          || after == null
          || before.severity() != after.severity()
          || before.count() != after.count();
    }
  }

  /** What differs between the findings of two scans, at most one of each detector in each. */
  public static ScanDifference between(List<ScanFinding> before, List<ScanFinding> after) {
    Map<String, ScanFinding> then = byDetector(before);
    Map<String, ScanFinding> now = byDetector(after);
    TreeSet<String> detectors = new TreeSet<>(then.keySet());
    detectors.addAll(now.keySet());
    List<Change> changes = new ArrayList<>();
    for (String detector : detectors) {
      Change change = new Change(then.get(detector), now.get(detector));
      if (change.isChange()) {
        changes.add(change);
      }
    }
    return new ScanDifference(changes);
  }

  private static Map<String, ScanFinding> byDetector(List<ScanFinding> findings) {
    return findings.stream().collect(Collectors.toMap(ScanFinding::detector, Function.identity()));
  }

  /** Whether any change is worse. */
  public boolean isWorse() {
    return changes.stream().anyMatch(Change::isWorse);
  }
}
