package io.tiltmeter.policy.dataset;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one detector found in a training file.
 *
 * @param detector name as policies spell it
 * @param version of the detector; changes whenever its rules do
 * @param count rows that the detector means, exact, at least 1
 * @param statistic a number that the detector explains in its message; null where it has none
 * @param p probability in [0, 1] of such a count by chance; null where the detector does not test
 * @param lines line numbers of these rows, ascending, from 1; the first ones where there are many
 * @param message one line for people; never text of a row
 */
public record ScanFinding(
    String detector,
    String version,
    Severity severity,
    long count,
    @Nullable Double statistic,
    @Nullable Double p,
    List<Long> lines,
    String message) {

  public ScanFinding {
    if (count < 1) {
      throw new IllegalArgumentException("a finding counts at least 1 row, got " + count);
    }
    lines = List.copyOf(lines);
  }

  /** The same finding with another severity. */
  public ScanFinding withSeverity(Severity other) {
    return new ScanFinding(detector, version, other, count, statistic, p, lines, message);
  }
}
