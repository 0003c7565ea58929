package io.tiltmeter.gateway.scan;

import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.policy.dataset.ScanDifference;
import io.tiltmeter.policy.dataset.ScanFinding;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Why there is a case on a training file.
 *
 * @param before number of the scan that was known until then
 * @param after number of the scan that is worse
 * @param changes what is worse by any of the policies
 * @param jobs those on the file when it was found
 */
public record RescanReasons(int before, int after, List<Change> changes, List<Affected> jobs) {

  public RescanReasons {
    changes = List.copyOf(changes);
    jobs = List.copyOf(jobs);
  }

  /** One detector's finding before and after; severities as a policy lets them be. */
  public record Change(String detector, @Nullable Side before, Side after) {}

  /** A finding, without its lines. */
  public record Side(String version, String severity, long count) {
    static Side of(ScanFinding finding) {
      return new Side(finding.version(), finding.severity().wireName(), finding.count());
    }
  }

  /** A job on the file; {@code model} is null where none came out of it. */
  public record Affected(String job, String stage, @Nullable String model) {}

  static RescanReasons of(
      int before, int after, List<ScanDifference> worse, List<RescanStore.Trained> trained) {
    return new RescanReasons(
        before,
        after,
        worse.stream()
            .flatMap(difference -> difference.changes().stream())
            .filter(ScanDifference.Change::isWorse)
            .map(RescanReasons::change)
            .distinct()
            .toList(),
        trained.stream().map(job -> new Affected(job.jobId(), job.stage(), job.model())).toList());
  }

  private static Change change(ScanDifference.Change of) {
    ScanFinding before = of.before();
    return new Change(
        of.detector(),
        before == null ? null : Side.of(before),
        Side.of(Objects.requireNonNull(of.after())));
  }

  /** Those of a case, as they were kept. */
  public static RescanReasons of(DatasetCase on) {
    return Json.MAPPER.readValue(on.reasons(), RescanReasons.class);
  }
}
