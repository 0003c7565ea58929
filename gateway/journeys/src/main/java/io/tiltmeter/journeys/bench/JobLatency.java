package io.tiltmeter.journeys.bench;

import io.tiltmeter.journeys.site.Caller;
import io.tiltmeter.journeys.site.Distribution;
import io.tiltmeter.journeys.site.Jobs;
import io.tiltmeter.journeys.site.Site;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * Prints how long {@code GET /v1/fine_tuning/jobs/{id}} takes at 200 requests per second, idle and
 * while an evaluation runs on every core, and the ratio.
 *
 * <p>Requests begin when they are due and count from then, also where an earlier one is late, so
 * that a stall is seen by all that it would have hit ("coordinated omission", G. Tene).
 */
final class JobLatency {
  private static final int PER_SECOND = 200;
  private static final int WARM_UP_SECONDS = 60;
  private static final int IDLE_SECONDS = 10;
  private static final int LONGEST_SECONDS = 120;

  private final Jobs jobs;
  private final String id;
  private final String stage;
  private volatile String latest;

  private JobLatency(Jobs jobs, String id) {
    this.jobs = jobs;
    this.id = id;
    stage = jobs.stage(id);
    latest = stage;
  }

  public static void main(String[] args) throws Exception {
    try (Folder folder = Folder.create("job-latency");
        Site site = Site.thorough(Distribution.here(), folder.path())) {
      Caller tenant = site.reportingTenant("acme", "0s");
      Jobs jobs = new Jobs(site, tenant);
      String done = jobs.order(Jobs.Recipe.BENIGN);
      jobs.awaitEnd(done);
      // A gateway that has just begun compiles what it runs, on the cores that are measured.
      Wrk.load(tenant, Jobs.PATH + "/" + done, WARM_UP_SECONDS);
      new JobLatency(jobs, done).measure(IDLE_SECONDS);
      List<Double> idle = new JobLatency(jobs, done).measure(IDLE_SECONDS);
      print("idle", idle);

      // The same tenant would get the verdict that is there, and no model would be asked.
      Jobs others = new Jobs(site, site.reportingTenant("globex", "0s"));
      String running = others.order(Jobs.Recipe.BENIGN);
      others.await(running, List.of("evaluating"));
      List<Double> busy = new JobLatency(others, running).measure(LONGEST_SECONDS);
      print("evaluating", busy);
      System.out.printf(
          "p99 while evaluating / p99 idle: %.1f%n", quantile(busy, 0.99) / quantile(idle, 0.99));
    }
  }

  /** Asks for the job as long as its stage stays the same; milliseconds of each request. */
  private List<Double> measure(int longestSeconds) throws Exception {
    List<Future<Double>> requests = new ArrayList<>();
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      long start = System.nanoTime();
      while (stage.equals(latest) && requests.size() < longestSeconds * PER_SECOND) {
        long due = start + requests.size() * 1_000_000_000L / PER_SECOND;
        waitUntil(due);
        requests.add(each.submit(() -> millisSince(due)));
      }
    }
    List<Double> millis = new ArrayList<>();
    for (Future<Double> request : requests) {
      millis.add(request.get());
    }
    millis.sort(null);
    return millis;
  }

  private static void waitUntil(long due) {
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private double millisSince(long due) {
    latest = jobs.stage(id);
    return (System.nanoTime() - due) / 1e6;
  }

  private static void print(String name, List<Double> millis) {
    System.out.printf(
        "%-10s  %5d requests  p50 %6.1f ms  p90 %6.1f ms  p99 %6.1f ms  max %6.1f ms%n",
        name,
        millis.size(),
        quantile(millis, 0.5),
        quantile(millis, 0.9),
        quantile(millis, 0.99),
        millis.getLast());
  }

  /** The nearest rank. */
  private static double quantile(List<Double> sorted, double share) {
    return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
  }
}
