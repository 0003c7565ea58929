package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.cases.FlipsPage;
import io.tiltmeter.dashboards.cases.FlipsPage.Kind;
import io.tiltmeter.dashboards.page.Frame;
import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.evaluation.FlipStore;
import io.tiltmeter.gateway.evaluation.FlipStore.Flip;
import io.tiltmeter.gateway.http.Query;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.key.Caller;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/**
 * Answers of base and tuned model side by side, where one refuses and the other does not; for
 * whoever reviews. The list holds no text; that the texts of a pair were read is in the audit log
 * before they are shown.
 */
final class FlipPages {
  private static final int PAGE = 50;
  private static final String NEED = "Answers of models need";

  private final PageSite.Parts parts;
  private final JobPages jobs;
  private final FlipStore flips = new FlipStore();

  FlipPages(PageSite.Parts parts, JobPages jobs) {
    this.parts = parts;
    this.jobs = jobs;
  }

  void list(RoutingContext context) {
    jobs.signedIn(context).ifPresent(session -> list(context, session));
  }

  private void list(RoutingContext context, Session session) {
    Visit.reviewer(context, session, NEED);
    JobRow job = jobs.job(context, session);
    Query query = Query.of(context);
    Kind kind = query.text("show").flatMap(Kind::ofWireName).orElse(Kind.LOST);
    FlipViews views = views(job);
    Frame frame = Visit.frame(context, session);
    String after = query.text("after").orElse("");
    Visit.html(context, 200, parts.pages().flips(frame, views.page(kind, after, PAGE, null)));
  }

  void reveal(RoutingContext context) {
    Posted.read(context, jobs).ifPresent(posted -> reveal(context, posted));
  }

  private void reveal(RoutingContext context, Posted posted) {
    Caller.Staff person = Visit.reviewer(context, posted.session(), NEED);
    JobRow job = jobs.job(context, posted.session());
    Kind kind = Kind.ofWireName(posted.form().field("show")).orElse(Kind.LOST);
    String question = posted.form().field("question");
    FlipViews views = views(job);
    Flip flip = views.find(question).orElseThrow(() -> RequestException.notFound("flip", question));
    record(person, job, question);
    FlipStore.Texts texts =
        flips
            .texts(parts.database(), job.tenantId(), job.id(), question)
            .orElseThrow(() -> RequestException.notFound("flip", question));
    FlipsPage page =
        views.page(kind, posted.form().field("after"), PAGE, views.revealed(flip, texts));
    // The form's own address shows nothing: what was revealed is not to come back by itself.
    Frame frame = Frame.of(page.href(), Cookies.theme(context), posted.session().viewer());
    Visit.html(context, 200, parts.pages().flips(frame, page));
  }

  private FlipViews views(JobRow job) {
    return FlipViews.of(
        job.id(),
        flips.ofJob(parts.database(), job.tenantId(), job.id()),
        flips
            .pack(parts.database(), job.tenantId(), job.id())
            .flatMap(digest -> parts.packs().find(digest)));
  }

  private void record(Caller.Staff person, JobRow job, String question) {
    AuditEntry.Fact fact =
        new AuditEntry.Fact(
            person.holder(),
            "read-answers",
            job.id(),
            Map.of("key", person.keyId(), "question", question));
    parts.database().transact(sql -> parts.audit().append(sql, fact));
  }
}
