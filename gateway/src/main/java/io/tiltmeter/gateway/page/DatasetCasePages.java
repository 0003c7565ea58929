package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.cases.DatasetCasePage;
import io.tiltmeter.dashboards.cases.DatasetCasePage.Closing;
import io.tiltmeter.dashboards.job.DatasetDesk;
import io.tiltmeter.dashboards.look.Words;
import io.tiltmeter.dashboards.page.Frame;
import io.tiltmeter.gateway.http.PathPart;
import io.tiltmeter.gateway.http.Query;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.scan.DatasetCase;
import io.vertx.ext.web.RoutingContext;

/** The page of a case on a past training file, and its forms. */
final class DatasetCasePages {
  private static final String NEED = "Cases need";

  private final PageSite.Parts parts;
  private final JobPages jobs;
  private final Excerpts excerpts;
  private final DatasetCaseViews views;

  DatasetCasePages(PageSite.Parts parts, JobPages jobs, Excerpts excerpts, DatasetCaseViews views) {
    this.parts = parts;
    this.jobs = jobs;
    this.excerpts = excerpts;
    this.views = views;
  }

  void page(RoutingContext context) {
    jobs.signedIn(context).ifPresent(session -> page(context, session));
  }

  private void page(RoutingContext context, Session session) {
    Visit.reviewer(context, session, NEED);
    boolean wasClosed = Query.of(context).text("done").orElse("").equals("closed");
    Frame frame = Visit.frame(context, session);
    show(
        context,
        200,
        wasClosed ? frame.withNotice("The case is closed; your reason is on record.") : frame,
        views.view(find(context), Closing.Form.EMPTY, null));
  }

  void close(RoutingContext context) {
    Posted.read(context, jobs).ifPresent(posted -> close(context, posted));
  }

  private void close(RoutingContext context, Posted posted) {
    Caller.Staff person = Visit.reviewer(context, posted.session(), NEED);
    DatasetCase on = find(context);
    String reason = posted.form().field("reason");
    try {
      parts.acts().datasetCases().close(person, on.id(), reason);
      Visit.redirect(context, address(on) + "?done=closed");
    } catch (RequestException e) {
      Closing.Form typed = new Closing.Form(reason, e.getMessage());
      Frame frame = frame(context, posted, on).withNotice("Not recorded: " + e.getMessage());
      show(context, e.status(), frame, views.view(find(context), typed, null));
    }
  }

  void excerpt(RoutingContext context) {
    Posted.read(context, jobs).ifPresent(posted -> excerpt(context, posted));
  }

  private void excerpt(RoutingContext context, Posted posted) {
    Caller.Staff person = Visit.reviewer(context, posted.session(), "Words of training files need");
    DatasetCase on = find(context);
    Excerpts.Source source = new Excerpts.Source(on.tenantId(), on.fileId(), "case", on.id());
    DatasetDesk.Excerpt read = excerpts.read(person, source, posted.form().field("line"));
    show(context, 200, frame(context, posted, on), views.view(on, Closing.Form.EMPTY, read));
  }

  private DatasetCase find(RoutingContext context) {
    String id = PathPart.of(context, "case");
    return parts
        .stores()
        .datasetCases()
        .find(parts.database(), id)
        .orElseThrow(() -> RequestException.notFound("case", id));
  }

  private static String address(DatasetCase on) {
    return "/dataset-cases/" + Words.segment(on.id());
  }

  /** A form's own address is no page to come back to. */
  private static Frame frame(RoutingContext context, Posted posted, DatasetCase on) {
    return Frame.of(address(on), Cookies.theme(context), posted.session().viewer());
  }

  private void show(RoutingContext context, int status, Frame frame, DatasetCasePage page) {
    Visit.html(context, status, parts.pages().datasetCase(frame, page));
  }
}
