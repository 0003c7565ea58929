package io.tiltmeter.gateway.review;

import io.tiltmeter.gateway.job.Job;

/**
 * The opening of a case, as its customer sees it.
 *
 * @param createdAt Unix seconds
 * @param errorType the nearest of the three that the official SDK knows; {@code kind} says what it
 *     is about
 * @param model what is tuned
 * @param requestId the job
 * @param responseId the case
 * @param requestPaused whether the job waits for people
 * @param kind ours, as the following: dataset, block or inconclusive
 */
record SafetyAlertView(
    String object,
    String id,
    long createdAt,
    String errorType,
    String model,
    String requestId,
    String responseId,
    boolean requestPaused,
    String reason,
    String detailedExplanation,
    String kind,
    String safetyCase) {
  private static final String NEAREST = "potentially_unintended_destructive_activity";

  static SafetyAlertView from(ReviewCase of, Job job) {
    return new SafetyAlertView(
        "safety.alert",
        ReviewCase.alertOf(of.id()),
        of.openedAt().getEpochSecond(),
        NEAREST,
        job.tunedModel(),
        job.id(),
        of.id(),
        of.isOpen() && job.heldFor() != null,
        SafetyCaseView.reason(of.kind()),
        "Job %s states what was measured in its events and in safety.statement, and how to contest it."
            .formatted(job.id()),
        of.kind().wireName(),
        of.id());
  }
}
