package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.job.DatasetDesk;
import io.tiltmeter.dashboards.job.JobList;
import io.tiltmeter.dashboards.job.Outcome;
import io.tiltmeter.dashboards.job.Review;
import io.tiltmeter.dashboards.page.Frame;
import io.tiltmeter.gateway.http.PathPart;
import io.tiltmeter.gateway.http.Query;
import io.tiltmeter.gateway.http.RequestException;
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

  /** What has just been done, by the value of the query parameter {@code decided}. */
  private static final Map<String, String> NOTICES =
      Map.of(
          "proposed", "Your decision is on record: a second person must agree.",
          "released", "The decision is on record: the job goes on.",
          "kept", "The decision is on record: the job stays back.");

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

  void list(RoutingContext context) {
    Visit visit = visit(context);
    visit
        .session()
        .ifPresentOrElse(
            session -> list(context, visit.frame(), session), () -> askToSignIn(context));
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
    Visit visit = visit(context);
    Optional<Session> session = visit.session();
    if (session.isEmpty()) {
      askToSignIn(context);
      return;
    }
    String notice = NOTICES.get(Query.of(context).text("decided").orElse(""));
    Frame frame = notice == null ? visit.frame() : visit.frame().withNotice(notice);
    show(context, 200, frame, session.get(), job(context, session.get()), Review.Draft.EMPTY);
  }

  /** The job that the address names, if the viewer may see it. */
  JobRow job(RoutingContext context, Session session) {
    String id = PathPart.of(context, "job");
    return rows.find(parts.database(), session.tenantId(), id)
        .orElseThrow(() -> RequestException.notFound("job", id));
  }

  /** Shows the job that a case is about, with a decision that was refused. */
  void showRefused(RoutingContext context, Session session, ReviewDraft refused) {
    JobRow job =
        rows.ofCase(parts.database(), refused.caseId())
            .orElseThrow(() -> RequestException.notFound("case", refused.caseId()));
    // The form itself may be gone by now; the page has an address of its own to come back to.
    Frame frame = Frame.of("/jobs/" + job.id(), Cookies.theme(context), session.viewer());
    show(
        context,
        refused.status(),
        frame.withNotice("Not recorded: " + refused.draft().error()),
        session,
        job,
        refused.draft());
  }

  /** Shows the page of a job to staff, with some words of its training file. */
  void showExcerpt(
      RoutingContext context, Session session, JobRow job, DatasetDesk.Excerpt excerpt) {
    Frame frame = Frame.of("/jobs/" + job.id(), Cookies.theme(context), session.viewer());
    Visit.html(
        context,
        200,
        parts.pages().job(frame, story.page(job, session.caller(), Review.Draft.EMPTY, excerpt)));
  }

  /** A decision that was refused, and with which HTTP status. */
  record ReviewDraft(String caseId, int status, Review.Draft draft) {}

  private void show(
      RoutingContext context,
      int status,
      Frame frame,
      Session session,
      JobRow job,
      Review.Draft draft) {
    Visit.html(
        context, status, parts.pages().job(frame, story.page(job, session.caller(), draft, null)));
  }

  void attestation(RoutingContext context) {
    Optional<Session> session = visit(context).session();
    if (session.isEmpty()) {
      askToSignIn(context);
      return;
    }
    JobRow job = job(context, session.get());
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
