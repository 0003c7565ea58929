package io.tiltmeter.gateway.page;

import io.tiltmeter.gateway.http.PathPart;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.key.Scope;
import io.tiltmeter.gateway.review.Review;
import io.tiltmeter.gateway.review.ReviewCase;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Decisions of reviewers, by form. */
final class DecisionHandler {
  private final PageSite.Parts parts;
  private final JobPages jobs;

  DecisionHandler(PageSite.Parts parts, JobPages jobs) {
    this.parts = parts;
    this.jobs = jobs;
  }

  void decide(RoutingContext context) {
    Posted.read(context, jobs).ifPresent(posted -> decide(context, posted));
  }

  private void decide(RoutingContext context, Posted posted) {
    Caller.Staff person = reviewer(posted.session());
    String caseId = PathPart.of(context, "case");
    try {
      Review.Outcome outcome = parts.acts().review().decide(person, caseId, request(posted.form()));
      JobPages.done(context, jobs.ofCase(caseId).id(), name(outcome));
    } catch (RequestException e) {
      if (e.status() == 404) {
        throw e;
      }
      JobInputs typed = JobInputs.of(draft(posted.form(), e));
      jobs.showRefused(
          context, posted.session(), jobs.ofCase(caseId), new JobPages.Refused(e, typed));
    }
  }

  private static Caller.Staff reviewer(Session session) {
    if (session.caller() instanceof Caller.Staff staff && staff.scopes().contains(Scope.REVIEW)) {
      return staff;
    }
    throw new RequestException(
        403, "insufficient_permissions", null, "Decisions need a staff key with scope \"review\".");
  }

  private static Review.Request request(Form form) {
    try {
      return new Review.Request(
          ReviewCase.Action.of(form.field("action")),
          form.field("reason"),
          Digest.parse(form.field("evidence")));
    } catch (IllegalArgumentException _) {
      throw RequestException.invalid(
          "invalid_form", null, "Choose to release or to keep, and send the form as it was shown.");
    }
  }

  private static String name(Review.Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }

  private static io.tiltmeter.dashboards.job.Review.Draft draft(Form form, RequestException e) {
    return new io.tiltmeter.dashboards.job.Review.Draft(
        action(form.field("action")), form.field("reason"), e.getMessage());
  }

  private static io.tiltmeter.dashboards.job.Review.@Nullable Action action(String wireName) {
    return Stream.of(io.tiltmeter.dashboards.job.Review.Action.values())
        .filter(action -> action.wireName().equals(wireName))
        .findFirst()
        .orElse(null);
  }
}
