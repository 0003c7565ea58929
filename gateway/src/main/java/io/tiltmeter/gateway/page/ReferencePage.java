package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.page.Pages;
import io.tiltmeter.dashboards.reference.ApiReference;
import io.vertx.ext.web.RoutingContext;

/** The page of the public API, which everybody may read. */
final class ReferencePage {
  private final Pages pages;
  private final JobPages jobs;
  private final ApiReference reference;

  ReferencePage(Pages pages, JobPages jobs, ApiReference reference) {
    this.pages = pages;
    this.jobs = jobs;
    this.reference = reference;
  }

  void show(RoutingContext context) {
    Visit.html(context, 200, pages.reference(jobs.visit(context).frame(), reference));
  }
}
