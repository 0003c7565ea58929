package io.tiltmeter.dashboards.cases;

import io.tiltmeter.dashboards.job.DatasetDesk;
import io.tiltmeter.dashboards.job.ScanReport;
import io.tiltmeter.dashboards.job.ScanReport.Severity;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The page {@code /dataset-cases/{id}}: a training file that a later scan found worse than an
 * earlier one.
 *
 * @param file the name under which it was uploaded
 * @param scans which scans were compared
 * @param changes what is worse
 * @param findings what the later scan found there, and where
 * @param jobs those on the file, whether or not a model came out of them
 * @param evidence digest of the reasons of the case
 * @param desk where the file comes from, its scans, and words of it that were asked for
 * @param closing how it is or was closed
 */
public record DatasetCasePage(
    String id,
    String tenant,
    String file,
    Instant opened,
    Scans scans,
    List<Change> changes,
    List<ScanReport.Finding> findings,
    List<Affected> jobs,
    String evidence,
    DatasetDesk desk,
    Closing closing) {

  public DatasetCasePage {
    changes = List.copyOf(changes);
    findings = List.copyOf(findings);
    jobs = List.copyOf(jobs);
  }

  /** Numbers of two scans. */
  public record Scans(int before, int after) {}

  /**
   * One detector's finding before and after.
   *
   * @param before null where it found nothing
   */
  public record Change(String detector, @Nullable Side before, Side after) {}

  /** A finding, as the policy weighs it. */
  public record Side(String version, Severity severity, long count) {}

  /**
   * A job on the file.
   *
   * @param stage where it was when the case was opened
   * @param model what came out of it by then; null where nothing did
   */
  public record Affected(String job, String stage, @Nullable String model) {}

  /** How a case is closed. */
  public sealed interface Closing {

    /**
     * It is open.
     *
     * @param reason what was typed before it was refused; empty at first
     * @param error one sentence saying what to change; null at first
     */
    record Form(String reason, @Nullable String error) implements Closing {
      /** Nothing typed yet. */
      public static final Form EMPTY = new Form("", null);
    }

    /** It was closed. */
    record Closed(String person, String reason, Instant at) implements Closing {}
  }
}
