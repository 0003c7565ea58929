package io.tiltmeter.journeys.bench;

import io.tiltmeter.journeys.site.Caller;
import io.tiltmeter.journeys.site.Distribution;
import io.tiltmeter.journeys.site.Jobs;
import io.tiltmeter.journeys.site.Site;

/**
 * Prints how many {@code GET /v1/fine_tuning/jobs/{id}} a second {@code wrk} gets answered on
 * connections that stay open, with the gateway, its database and {@code wrk} on one machine,
 * against the document at {@code /openapi.json}, for which nothing is looked up.
 */
final class JobThroughput {
  private static final String DOCUMENT = "/openapi.json";
  private static final int WARM_UP_SECONDS = 60;
  private static final int SECONDS = 20;

  private JobThroughput() {}

  public static void main(String[] args) throws Exception {
    try (Folder folder = Folder.create("job-throughput");
        Site site = Site.quick(Distribution.here(), folder.path())) {
      Caller tenant = site.reportingTenant("acme", "0s");
      Jobs jobs = new Jobs(site, tenant);
      String done = jobs.order(Jobs.Recipe.BENIGN);
      jobs.awaitEnd(done);
      String job = Jobs.PATH + "/" + done;
      Wrk.load(tenant, DOCUMENT, WARM_UP_SECONDS / 3);
      Wrk.load(tenant, job, WARM_UP_SECONDS);
      Wrk document = Wrk.load(tenant, DOCUMENT, SECONDS);
      Wrk read = Wrk.load(tenant, job, SECONDS);
      print(DOCUMENT, document);
      print(Jobs.PATH + "/{id}", read);
      System.out.printf("jobs / document: %.2f%n", read.perSecond() / document.perSecond());
    }
  }

  private static void print(String name, Wrk measured) {
    System.out.printf(
        "%-26s %8.0f requests/s  p99 %s%n", name, measured.perSecond(), measured.p99());
  }
}
