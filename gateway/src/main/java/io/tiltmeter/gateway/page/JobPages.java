package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.job.DatasetDesk;
import io.tiltmeter.dashboards.job.JobList;
import io.tiltmeter.dashboards.job.Outcome;
import io.tiltmeter.dashboards.look.Words;
import io.tiltmeter.dashboards.page.Frame;
import io.tiltmeter.gateway.http.PathPart;
import io.tiltmeter.gateway.http.Query;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.model.ReleasedModel;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The list of jobs and the page of one job. */
final class JobPages {
  private static final int PAGE = 50;

  /** What has just been done, by the value of the query parameter {@code done}. */
  private static final Map<String, String> NOTICES =
      Map.of(
          "proposed", "Your decision is on record: a second person must agree.",
          "released", "The decision is on record: the job goes on.",
          "kept", "The decision is on record: the job stays back.",
          "appealed", "Your appeal was received: the people who review will read it.",
          "accepted", "The checkpoint is the job's result now; it is checked like any result.");

  private final PageSite.Parts parts;
  private final SessionStore sessions;
  private final JobListStore rows;
  private final JobStory story;

  JobPages(PageSite.Parts parts, SessionStore sessions, JobListStore rows) {
    this.parts = parts;
    this.sessions = sessions;
    this.rows = rows;
    this.story = new JobStory(parts);
  }

  /** Whoever visits, signed in or not. */
  Visit visit(RoutingContext context) {
    Visit visit = Visit.of(context, parts.database(), sessions);
    visit.session().ifPresent(session -> PageFailures.remember(context, session));
    return visit;
  }

  /** Sends whoever is not signed in to the page for that, to come back afterwards. */
  static void askToSignIn(RoutingContext context) {
    String back = URLEncoder.encode(context.request().uri(), StandardCharsets.UTF_8);
    Visit.redirect(context, "/login?back=" + back);
  }

  /** Whoever is signed in; anybody else is sent to do so. */
  Optional<Session> signedIn(RoutingContext context) {
    Optional<Session> session = visit(context).session();
    if (session.isEmpty()) {
      askToSignIn(context);
    }
    return session;
  }

  /** Answers a form on the page of a job that was accepted. */
  static void done(RoutingContext context, String job, String done) {
    Visit.redirect(context, "/jobs/%s?done=%s".formatted(Words.segment(job), done));
  }

  void list(RoutingContext context) {
    signedIn(context).ifPresent(session -> list(context, Visit.frame(context, session), session));
  }

  private void list(RoutingContext context, Frame frame, Session session) {
    Query query = Query.of(context);
    Outcome filter = query.text("status").flatMap(Outcome::ofWireName).orElse(null);
    String after = storable(query.text("after").orElse(null));
    List<JobRow> found = rows.list(parts.database(), session.tenantId(), filter, after, PAGE + 1);
    List<JobRow> shown = found.subList(0, Math.min(PAGE, found.size()));
    Instant now = parts.clock().instant();
    JobList list =
        new JobList(
            shown.stream().map(job -> Summaries.of(job, now)).toList(),
            filter,
            after == null,
            found.size() > PAGE ? shown.getLast().id() : null,
            example(context.request()));
    Visit.html(context, 200, parts.pages().jobs(frame, list));
  }

  private static @Nullable String storable(@Nullable String text) {
    return text == null ? null : text.replace('\0', ' ');
  }

  private JobList.Example example(HttpServerRequest request) {
    String model =
        parts.stores().bases().list(parts.database()).stream()
            .findFirst()
            .map(base -> base.name())
            .orElse("BASE_MODEL");
    return new JobList.Example(
        "%s://%s".formatted(request.scheme(), String.valueOf(request.authority())), model);
  }

  void page(RoutingContext context) {
    signedIn(context).ifPresent(session -> page(context, session));
  }

  private void page(RoutingContext context, Session session) {
    String notice = NOTICES.get(Query.of(context).text("done").orElse(""));
    Frame frame = Visit.frame(context, session);
    show(
        context,
        200,
        notice == null ? frame : frame.withNotice(notice),
        job(context, session),
        new Look(session.caller(), JobInputs.NONE));
  }

  /** The job that the address names, if the viewer may see it. */
  JobRow job(RoutingContext context, Session session) {
    String id = PathPart.of(context, "job");
    return rows.find(parts.database(), session.tenantId(), id)
        .orElseThrow(() -> RequestException.notFound("job", id));
  }

  /** The job that a case is about. */
  JobRow ofCase(String caseId) {
    return rows.ofCase(parts.database(), caseId)
        .orElseThrow(() -> RequestException.notFound("case", caseId));
  }

  /** A form that was refused, and what was typed into it. */
  record Refused(RequestException why, JobInputs typed) {}

  /** Shows a job with a form that was refused. */
  void showRefused(RoutingContext context, Session session, JobRow job, Refused refused) {
    // The form itself may be gone by now; the page has an address of its own to come back to.
    Frame frame =
        afterForm(context, session, job).withNotice("Not recorded: " + refused.why().getMessage());
    Look look = new Look(session.caller(), refused.typed());
    show(context, refused.why().status(), frame, job, look);
  }

  /** Shows the page of a job to staff, with some words of its training file. */
  void showExcerpt(
      RoutingContext context, Session session, JobRow job, DatasetDesk.Excerpt excerpt) {
    Look look = new Look(session.caller(), JobInputs.of(excerpt));
    show(context, 200, afterForm(context, session, job), job, look);
  }

  private static Frame afterForm(RoutingContext context, Session session, JobRow job) {
    String path = "/jobs/" + Words.segment(job.id());
    return Frame.of(path, Cookies.theme(context), session.viewer());
  }

  /** Who looks at a job, and with what in its forms. */
  private record Look(Caller viewer, JobInputs inputs) {}

  private void show(RoutingContext context, int status, Frame frame, JobRow job, Look look) {
    Visit.html(
        context, status, parts.pages().job(frame, story.page(job, look.viewer(), look.inputs())));
  }

  void attestation(RoutingContext context) {
    signedIn(context).ifPresent(session -> attestation(context, session));
  }

  private void attestation(RoutingContext context, Session session) {
    JobRow job = job(context, session);
    ReleasedModel model =
        Optional.ofNullable(job.release())
            .flatMap(
                release ->
                    parts.stores().models().find(parts.database(), job.tenantId(), release.model()))
            .orElseThrow(() -> RequestException.notFound("attestation", job.id()));
    context
        .response()
        .putHeader("content-type", "application/json")
        .putHeader("content-disposition", "attachment; filename=\"attestation.json\"")
        .end(model.attestation());
  }
}
