package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.job.StatementOfReasons.AppealForm;
import io.tiltmeter.gateway.http.PathPart;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.key.Scope;
import io.vertx.ext.web.RoutingContext;

/** What customers do with jobs of their own that are held back. */
final class CustomerForms {
  private final PageSite.Parts parts;
  private final JobPages jobs;

  CustomerForms(PageSite.Parts parts, JobPages jobs) {
    this.parts = parts;
    this.jobs = jobs;
  }

  void appeal(RoutingContext context) {
    Posted.read(context, jobs).ifPresent(posted -> appeal(context, posted));
  }

  private void appeal(RoutingContext context, Posted posted) {
    Caller.Tenant customer = customer(posted.session());
    JobRow job = jobs.job(context, posted.session());
    String text = posted.form().field("text");
    try {
      parts.database().transact(sql -> parts.acts().appeals().make(sql, customer, job.id(), text));
      JobPages.done(context, job.id(), "appealed");
    } catch (RequestException e) {
      JobInputs typed = JobInputs.of(new AppealForm(text, e.getMessage()));
      jobs.showRefused(context, posted.session(), job, new JobPages.Refused(e, typed));
    }
  }

  void accept(RoutingContext context) {
    Posted.read(context, jobs).ifPresent(posted -> accept(context, posted));
  }

  private void accept(RoutingContext context, Posted posted) {
    Caller.Tenant customer = customer(posted.session());
    JobRow job = jobs.job(context, posted.session());
    String checkpoint = PathPart.of(context, "checkpoint");
    try {
      parts
          .database()
          .transact(sql -> parts.acts().acceptance().accept(sql, customer, job.id(), checkpoint));
      JobPages.done(context, job.id(), "accepted");
    } catch (RequestException e) {
      if (e.status() == 404) {
        throw e;
      }
      jobs.showRefused(context, posted.session(), job, new JobPages.Refused(e, JobInputs.NONE));
    }
  }

  /** Whether this key may speak for its tenant, as it has to in the API. */
  static boolean isCustomer(Caller caller) {
    return caller instanceof Caller.Tenant && caller.scopes().contains(Scope.FINE_TUNE);
  }

  private static Caller.Tenant customer(Session session) {
    if (session.caller() instanceof Caller.Tenant customer && isCustomer(customer)) {
      return customer;
    }
    throw new RequestException(
        403,
        "insufficient_permissions",
        null,
        "This needs a customer's key with scope \"fine-tune\".");
  }
}
