package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.job.CaseKind;
import io.tiltmeter.dashboards.job.Review;
import io.tiltmeter.dashboards.job.StatementOfReasons;
import io.tiltmeter.dashboards.job.StatementOfReasons.AppealForm;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.key.Scope;
import io.tiltmeter.gateway.review.ReviewCase;
import io.tiltmeter.policy.gate.Policy;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A case as its viewer may see it: only staff learns who decided what, and why. */
final class ReviewViews {
  private ReviewViews() {}

  static Review review(ReviewCase on, Caller viewer, Review.Draft draft) {
    return new Review(
        on.id(),
        kind(on),
        state(on),
        viewer instanceof Caller.Staff staff ? desk(on, staff, draft) : null);
  }

  private static CaseKind kind(ReviewCase on) {
    return switch (on.kind()) {
      case DATASET -> CaseKind.DATASET;
      case BLOCK -> CaseKind.BLOCK;
      case INCONCLUSIVE -> CaseKind.INCONCLUSIVE;
    };
  }

  private static String words(Policy policy) {
    return "%s, version %d".formatted(policy.name(), policy.version());
  }

  private static Review.State state(ReviewCase on) {
    if (!on.isOpen()) {
      return "released".equals(on.outcome()) ? Review.State.RELEASED : Review.State.KEPT;
    }
    return on.decisions().stream().anyMatch(ReviewViews::isProposal)
        ? Review.State.PROPOSED
        : Review.State.OPEN;
  }

  private static boolean isProposal(ReviewCase.Decision decision) {
    return decision.action() == ReviewCase.Action.RELEASE;
  }

  private static Review.Desk desk(ReviewCase on, Caller.Staff staff, Review.Draft draft) {
    return new Review.Desk(
        on.evidence().toString(),
        form(on, staff),
        draft,
        on.decisions().stream().map(decision -> decision(on, decision)).toList(),
        on.appeal() == null
            ? null
            : new Review.Appeal(on.appeal().text(), on.appeal().keyId(), on.appeal().at()));
  }

  /** What {@code staff} may do on this case. */
  static Review.Form form(ReviewCase on, Caller.Staff staff) {
    if (!on.isOpen()) {
      return Review.Form.CLOSED;
    }
    if (!staff.scopes().contains(Scope.REVIEW)) {
      return Review.Form.NOT_ALLOWED;
    }
    if (on.decisions().stream().anyMatch(decision -> decision.person().equals(staff.holder()))) {
      return Review.Form.OWN_PROPOSAL;
    }
    return on.decisions().stream().anyMatch(ReviewViews::isProposal)
        ? Review.Form.SECOND
        : Review.Form.FIRST;
  }

  private static Review.Decision decision(ReviewCase on, ReviewCase.Decision decision) {
    return new Review.Decision(
        decision.person(),
        isProposal(decision) ? Review.Action.RELEASE : Review.Action.KEEP,
        decision.reason(),
        decision.at(),
        !decision.evidence().equals(on.evidence()));
  }

  /**
   * What the customer is told of a job that was held back; null if it was not, or not yet.
   *
   * @param typed of an appeal, for who can make one
   */
  static @Nullable StatementOfReasons reasons(
      ReviewCase on, Policy policy, Caller viewer, AppealForm typed) {
    if ("released".equals(on.outcome())) {
      return null;
    }
    Instant until = on.closesAt() == null ? on.closedAt() : on.closesAt();
    return new StatementOfReasons(
        on.id(),
        kind(on),
        on.closedAt() == null ? on.openedAt() : on.closedAt(),
        words(policy),
        on.decisions().isEmpty(),
        new StatementOfReasons.Appeal(
            on.isOpen(),
            until,
            redress(on),
            on.appeal() == null ? null : on.appeal().at(),
            canBeContested(on) && CustomerForms.isCustomer(viewer) ? typed : null));
  }

  private static boolean canBeContested(ReviewCase on) {
    return on.isOpen() && on.appeal() == null;
  }

  private static String redress(ReviewCase on) {
    if (!on.isOpen()) {
      return "Write to whoever runs this service and quote the case.";
    }
    return canBeContested(on)
        ? "Appeal once, on this page or with POST /v1/fine_tuning/jobs/%s/appeal, or write to whoever runs this service and quote the case."
            .formatted(on.jobId())
        : "The appeal is with the people who review.";
  }

  /**
   * What the customer is told where the scan itself blocked the file, and nobody has a case.
   *
   * @param typed of an appeal, for who can make one
   */
  static @Nullable StatementOfReasons reasons(
      JobRow job, Policy policy, Caller viewer, AppealForm typed) {
    if (!"unsafe_file".equals(job.errorCode()) || job.finishedAt() == null) {
      return null;
    }
    return new StatementOfReasons(
        null,
        CaseKind.DATASET,
        job.finishedAt(),
        words(policy),
        true,
        new StatementOfReasons.Appeal(
            false,
            null,
            "Contest it once, on this page or with POST /v1/fine_tuning/jobs/%s/appeal: people then look at the file, and may let a new job use it."
                .formatted(job.id()),
            null,
            CustomerForms.isCustomer(viewer) ? typed : null));
  }
}
