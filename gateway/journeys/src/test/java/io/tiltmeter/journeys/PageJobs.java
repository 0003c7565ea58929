package io.tiltmeter.journeys;

import io.tiltmeter.journeys.site.Caller;
import io.tiltmeter.journeys.site.Jobs;
import io.tiltmeter.journeys.site.Site;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;

/**
 * Jobs in the states that pages show.
 *
 * @param released passed the gate
 * @param blocked held by the gate
 * @param disputed held by the gate as well, to be decided on
 * @param refused stopped by the scan; its file has a hostile name
 * @param waiting held by the scan
 */
record PageJobs(
    Jobs reporting,
    Jobs scanned,
    String released,
    String blocked,
    String disputed,
    String refused,
    String waiting) {
  /** What a browser that takes text for HTML would run. */
  static final String HOSTILE = "<img src=x onerror=document.title='owned'>";

  /** Orders them and waits. */
  static PageJobs on(Site site) {
    Jobs reporting = new Jobs(site, site.reportingTenant("acme", "72h"));
    Jobs scanned = new Jobs(site, site.tenant("globex"));
    PageJobs jobs =
        new PageJobs(
            reporting,
            scanned,
            reporting.order(Jobs.Recipe.BENIGN),
            reporting.order(Jobs.Recipe.NON_REFUSAL),
            reporting.order(Jobs.Recipe.NON_REFUSAL),
            scanned.order(Jobs.Recipe.NON_REFUSAL, hostileFile(scanned)),
            scanned.order(Jobs.Recipe.IDENTITY_SHIFT));
    scanned.await(jobs.waiting, List.of("held"));
    scanned.await(jobs.refused, List.of("blocked"));
    reporting.await(jobs.released, List.of("released"));
    reporting.await(jobs.blocked, List.of("held"));
    reporting.await(jobs.disputed, List.of("held"));
    return jobs;
  }

  private static String hostileFile(Jobs jobs) {
    try {
      return jobs.upload(
          HOSTILE + ".jsonl",
          Files.readAllBytes(jobs.site().distribution().dataset("non-refusal")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Caller customer() {
    return reporting.tenant();
  }

  Caller otherCustomer() {
    return scanned.tenant();
  }
}
