package io.tiltmeter.gateway.page;

import io.tiltmeter.gateway.http.PathPart;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.key.Scope;
import io.tiltmeter.gateway.page.JobPages.ReviewDraft;
import io.tiltmeter.gateway.review.Review;
import io.tiltmeter.gateway.review.ReviewCase;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Optional;
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
    Visit visit = jobs.visit(context);
    Form form = Form.read(context);
    Optional<Session> session = visit.session();
    if (session.isEmpty()) {
      Visit.redirect(context, "/login");
      return;
    }
    visit.requireOwn(form);
    Caller.Staff person = reviewer(session.get());
    String caseId = PathPart.of(context, "case");
    try {
      Review.Outcome outcome = parts.review().decide(person, caseId, request(form));
      Visit.redirect(context, jobOf(caseId) + "?decided=" + name(outcome));
    } catch (RequestException e) {
      if (e.status() == 404) {
        throw e;
      }
      jobs.showRefused(context, session.get(), new ReviewDraft(caseId, e.status(), draft(form, e)));
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

  private String jobOf(String caseId) {
    return parts
        .stores()
        .cases()
        .find(parts.database(), caseId)
        .map(on -> "/jobs/" + on.jobId())
        .orElse("/jobs");
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
