package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.job.DatasetDesk;
import io.tiltmeter.gateway.key.Caller;
import io.vertx.ext.web.RoutingContext;

/** A few masked words of a job's training file, on the page of the job. */
final class ExcerptHandler {
  private final Excerpts excerpts;
  private final JobPages jobs;

  ExcerptHandler(Excerpts excerpts, JobPages jobs) {
    this.excerpts = excerpts;
    this.jobs = jobs;
  }

  void read(RoutingContext context) {
    Posted.read(context, jobs).ifPresent(posted -> read(context, posted));
  }

  private void read(RoutingContext context, Posted posted) {
    Caller.Staff person = Visit.reviewer(context, posted.session(), "Words of training files need");
    JobRow job = jobs.job(context, posted.session());
    Excerpts.Source source =
        new Excerpts.Source(job.tenantId(), job.upload().id(), "job", job.id());
    DatasetDesk.Excerpt read = excerpts.read(person, source, posted.form().field("line"));
    jobs.showExcerpt(context, posted.session(), job, read);
  }
}
