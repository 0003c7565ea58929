package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.job.DatasetDesk;
import io.tiltmeter.dashboards.job.Review;
import io.tiltmeter.dashboards.job.StatementOfReasons.AppealForm;
import org.jspecify.annotations.Nullable;

/**
 * What whoever looks at a job has typed into its forms, or asked for with them.
 *
 * @param decision of a reviewer
 * @param appeal of the customer
 * @param excerpt of the training file; null where none was asked for
 */
record JobInputs(Review.Draft decision, AppealForm appeal, DatasetDesk.@Nullable Excerpt excerpt) {
  static final JobInputs NONE = new JobInputs(Review.Draft.EMPTY, AppealForm.EMPTY, null);

  static JobInputs of(Review.Draft decision) {
    return new JobInputs(decision, AppealForm.EMPTY, null);
  }

  static JobInputs of(AppealForm appeal) {
    return new JobInputs(Review.Draft.EMPTY, appeal, null);
  }

  static JobInputs of(DatasetDesk.Excerpt excerpt) {
    return new JobInputs(Review.Draft.EMPTY, AppealForm.EMPTY, excerpt);
  }
}
