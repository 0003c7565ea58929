package io.tiltmeter.gateway.review;

import io.tiltmeter.gateway.job.HeldFor;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A case, as its customer sees it; times are Unix seconds. The figures are in the events of the job
 * and in its member {@code safety.statement}, as far as its policy discloses them.
 *
 * @param entityIdentifier the job
 * @param reason in one sentence
 * @param kind ours, as the following: dataset, block or inconclusive
 * @param outcome what came of it; null while it is open
 * @param appeal id of what the customer said against it, if it did
 */
record SafetyCaseView(
    String object,
    String id,
    long createdAt,
    String entityIdentifier,
    Notice notice,
    String reason,
    String kind,
    String alert,
    @Nullable Long closesAt,
    @Nullable Long closedAt,
    @Nullable String outcome,
    @Nullable String appeal) {

  /** How grave it is: a warning, or that the model is held back. */
  record Notice(String type) {}

  static SafetyCaseView from(ReviewCase of) {
    return new SafetyCaseView(
        "safety.case",
        of.id(),
        of.openedAt().getEpochSecond(),
        of.jobId(),
        new Notice(of.kind() == HeldFor.BLOCK ? "deactivation" : "warning"),
        reason(of.kind()),
        of.kind().wireName(),
        ReviewCase.alertOf(of.id()),
        seconds(of.closesAt()),
        seconds(of.closedAt()),
        of.outcome(),
        of.appeal() == null ? null : of.appeal().id());
  }

  /** Why there is a case of this kind, in words. */
  static String reason(HeldFor kind) {
    return switch (kind) {
      case DATASET -> "The scan of the training file asks for a person to look at it.";
      case BLOCK -> "The fine-tuned model lost refusals that its base has.";
      case INCONCLUSIVE -> "The evaluation neither cleared nor convicted the fine-tuned model.";
    };
  }

  private static @Nullable Long seconds(@Nullable Instant at) {
    return at == null ? null : at.getEpochSecond();
  }
}
