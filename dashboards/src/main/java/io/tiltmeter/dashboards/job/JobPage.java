package io.tiltmeter.dashboards.job;

import io.tiltmeter.dashboards.verdict.VerdictView;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The page {@code /jobs/{id}}.
 *
 * @param stages all seven, in their order
 * @param events newest first
 * @param live whether further events may come
 * @param error the job's error message; null if it has none
 * @param verdict null before the gate decided
 * @param reasons null unless the model was held back
 * @param offer null unless a checkpoint can be taken as the result
 * @param scan null before the scan ended
 * @param released null unless the model is out
 * @param review null unless there is a case
 */
public record JobPage(
    JobSummary job,
    List<StageStep> stages,
    List<JobEvent> events,
    boolean live,
    @Nullable String error,
    @Nullable VerdictView verdict,
    @Nullable StatementOfReasons reasons,
    @Nullable CheckpointOffer offer,
    @Nullable ScanReport scan,
    @Nullable ReleasedModel released,
    @Nullable Review review) {

  public JobPage {
    stages = List.copyOf(stages);
    events = List.copyOf(events);
  }

  /** The most important thing to know, in one sentence. */
  public String headline() {
    if (verdict != null) {
      return verdict.sentence();
    }
    if (error != null) {
      return error;
    }
    return reasons == null ? stage() : reasons.kind().decisionText(reasons.appeal().open());
  }

  /** The sequence number of the newest event; 0 if there is none. */
  public long lastSequence() {
    return events.stream().mapToLong(JobEvent::sequence).max().orElse(0);
  }

  private String stage() {
    return stages.stream()
        .filter(step -> step.stage() == job.stage() && step.progress() != null)
        .findFirst()
        .map(StageStep::progress)
        .map(progress -> job.stage().text() + ": " + progress.text() + ".")
        .orElse("Stage: " + job.stage().text().toLowerCase(Locale.ROOT) + ".");
  }
}
