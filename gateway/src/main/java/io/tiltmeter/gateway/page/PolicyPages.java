package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.page.Frame;
import io.tiltmeter.dashboards.policy.Proposal;
import io.tiltmeter.gateway.http.PathPart;
import io.tiltmeter.gateway.http.Query;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.key.Scope;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;

/** The page of proposed policies, and its forms; for staff that may change policies. */
final class PolicyPages {
  private static final String ADDRESS = "/policies";

  /** What has just been done, by the value of the query parameter {@code done}. */
  private static final Map<String, String> NOTICES =
      Map.of(
          "activated", "The policy is in force for jobs to come.",
          "withdrawn", "The proposal is withdrawn; nothing has changed.");

  private final PageSite.Parts parts;
  private final JobPages jobs;
  private final ProposalViews views;

  PolicyPages(PageSite.Parts parts, JobPages jobs) {
    this.parts = parts;
    this.jobs = jobs;
    this.views = new ProposalViews(parts);
  }

  void list(RoutingContext context) {
    jobs.signedIn(context).ifPresent(session -> list(context, session));
  }

  private void list(RoutingContext context, Session session) {
    Caller.Staff person = staff(session);
    String notice = NOTICES.get(Query.of(context).text("done").orElse(""));
    Frame frame = Visit.frame(context, session);
    show(context, 200, notice == null ? frame : frame.withNotice(notice), person);
  }

  private void show(RoutingContext context, int status, Frame frame, Caller.Staff person) {
    List<Proposal> open =
        parts.acts().proposals().open().stream()
            .map(proposal -> views.view(proposal, person))
            .toList();
    Visit.html(context, status, parts.pages().policies(frame, open));
  }

  /** To a customer's key it looks as if there was no such page. */
  private static Caller.Staff staff(Session session) {
    if (!(session.caller() instanceof Caller.Staff person)) {
      throw RequestException.notFound("page", ADDRESS);
    }
    if (!person.scopes().contains(Scope.OPERATE) && !person.scopes().contains(Scope.LEAD)) {
      throw new RequestException(
          403,
          "insufficient_permissions",
          null,
          "Policies need a staff key with scope \"operate\" or \"lead\".");
    }
    return person;
  }

  void activate(RoutingContext context) {
    change(
        context,
        "activated",
        (person, id, form) -> parts.acts().proposals().activate(person, id, seen(form)));
  }

  void withdraw(RoutingContext context) {
    change(context, "withdrawn", (person, id, _) -> parts.acts().proposals().withdraw(person, id));
  }

  /** What a form does to a proposal. */
  private interface Change {
    void by(Caller.Staff person, String id, Form form);
  }

  private void change(RoutingContext context, String done, Change change) {
    Posted.read(context, jobs).ifPresent(posted -> change(context, posted, done, change));
  }

  private void change(RoutingContext context, Posted posted, String done, Change change) {
    Caller.Staff person = staff(posted.session());
    try {
      change.by(person, PathPart.of(context, "proposal"), posted.form());
      Visit.redirect(context, ADDRESS + "?done=" + done);
    } catch (RequestException e) {
      if (e.status() == 404) {
        throw e;
      }
      // The form's own address is no page to come back to.
      Frame frame = Frame.of(ADDRESS, Cookies.theme(context), posted.session().viewer());
      show(context, e.status(), frame.withNotice("Not done: " + e.getMessage()), person);
    }
  }

  private static Digest seen(Form form) {
    try {
      return Digest.parse(form.field("policy_digest"));
    } catch (IllegalArgumentException _) {
      throw RequestException.invalid(
          "invalid_form", null, "Send the form as it was shown; load the page again.");
    }
  }
}
