package io.tiltmeter.gateway.review;

/**
 * An appeal, as its customer sees it; the text is not repeated.
 *
 * @param createdAt Unix seconds
 */
record AppealView(
    String object, String id, long createdAt, String safetyCase, String fineTuningJobId) {

  /**
   * @throws IllegalStateException if the case has none
   */
  static AppealView from(ReviewCase on) {
    ReviewCase.Appeal appeal = on.appeal();
    if (appeal == null) {
      throw new IllegalStateException("case %s has no appeal".formatted(on.id()));
    }
    return new AppealView(
        "safety.appeal", appeal.id(), appeal.at().getEpochSecond(), on.id(), on.jobId());
  }
}
