package io.tiltmeter.gateway.job;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a report on a job says beside what the job's row has.
 *
 * @param decision of the latest verdict: pass, block or inconclusive; null where there was none
 * @param verdict what the customer was told of it, as JSON
 * @param validationFile null where the job has none
 * @param grader what was found when its grader was tried; null where none was
 */
record ReportFacts(
    @Nullable String decision,
    @Nullable String verdict,
    File trainingFile,
    @Nullable File validationFile,
    @Nullable List<CustomerReport.Found> grader,
    People people) {

  /**
   * A file of the job.
   *
   * @param scan the one that the job was decided on, or else the newest; null before the first
   */
  record File(String digest, CustomerReport.@Nullable Scan scan) {}

  /**
   * What people had to do with it.
   *
   * @param releasedBy gate or override; null where no model is out
   * @param decided whether a person decided on a case of the job
   * @param appealed whether its customer contested a case
   * @param isOver whether people have kept it back, so that nobody decides on it any more
   */
  record People(@Nullable String releasedBy, boolean decided, boolean appealed, boolean isOver) {}
}
