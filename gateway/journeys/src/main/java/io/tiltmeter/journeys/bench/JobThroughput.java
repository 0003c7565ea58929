package io.tiltmeter.journeys.bench;

import io.tiltmeter.journeys.site.Caller;
import io.tiltmeter.journeys.site.Distribution;
import io.tiltmeter.journeys.site.Jobs;
import io.tiltmeter.journeys.site.Ran;
import io.tiltmeter.journeys.site.Site;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Prints how many {@code GET /v1/fine_tuning/jobs/{id}} a second {@code wrk} gets answered on
 * connections that stay open, with the gateway, its database and {@code wrk} on one machine,
 * against the document at {@code /openapi.json}, for which nothing is looked up.
 */
final class JobThroughput {
  private static final String DOCUMENT = "/openapi.json";
  private static final int CONNECTIONS = 16;
  private static final int WARM_UP_SECONDS = 20;
  private static final int SECONDS = 20;
  private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
  private static final Pattern LATENCY = Pattern.compile("99%\\s+(\\S+)");

  private JobThroughput() {}

  public static void main(String[] args) throws Exception {
    try (Folder folder = Folder.create("job-throughput");
        Site site = Site.quick(Distribution.here(), folder.path())) {
      Caller tenant = site.reportingTenant("acme", "0s");
      Jobs jobs = new Jobs(site, tenant);
      String done = jobs.order(Jobs.Recipe.BENIGN);
      jobs.awaitEnd(done);
      String job = Jobs.PATH + "/" + done;
      wrk(tenant, job, WARM_UP_SECONDS);
      wrk(tenant, DOCUMENT, WARM_UP_SECONDS);
      double document = rate(DOCUMENT, wrk(tenant, DOCUMENT, SECONDS));
      double read = rate(Jobs.PATH + "/{id}", wrk(tenant, job, SECONDS));
      System.out.printf("jobs / document: %.2f%n", read / document);
    }
  }

  private static String wrk(Caller tenant, String path, int seconds) {
    Ran ran =
        Ran.of(
            List.of(
                "wrk",
                "--threads",
                "1",
                "--connections",
                Integer.toString(CONNECTIONS),
                "--duration",
                seconds + "s",
                "--latency",
                "--header",
                "Authorization: Bearer " + tenant.key(),
                tenant.gateway().url().resolve(path).toString()),
            new byte[0]);
    // It tells of answers that are no success, and of connections that failed, only where some are.
    if (ran.code() != 0 || ran.out().contains("Non-2xx") || ran.out().contains("Socket errors")) {
      throw new AssertionError("expected no error of wrk: %s%s".formatted(ran.out(), ran.err()));
    }
    return ran.out();
  }

  private static double rate(String name, String out) {
    double rate = Double.parseDouble(find(RATE, out));
    System.out.printf("%-26s %8.0f requests/s  p99 %s%n", name, rate, find(LATENCY, out));
    return rate;
  }

  private static String find(Pattern pattern, String out) {
    Matcher matcher = pattern.matcher(out);
    if (!matcher.find()) {
      throw new AssertionError("expected %s in what wrk says: %s".formatted(pattern, out));
    }
    return matcher.group(1);
  }
}
