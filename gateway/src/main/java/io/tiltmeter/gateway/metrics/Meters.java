package io.tiltmeter.gateway.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Every meter of this process: name, tags, unit and help text, in one place.
 *
 * <p>Counts, not ratios: rates are made by whoever reads them. No tag grows without bound; a
 * customer is never one. Counters start at 0 with the process.
 */
public final class Meters {
  /** The Prometheus text format that {@link #scrape()} writes. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  /** To look a meter up by its tags costs more than all else that is measured of a request. */
  private final Map<Answered, Timer> requests = new ConcurrentHashMap<>();

  /** All meters in the Prometheus text format. */
  public String scrape() {
    return registry.scrape();
  }

  /** Jobs that came into a final stage. */
  public void jobEnded(String baseModel, String outcome) {
    count(
        "tiltmeter.jobs",
        "Jobs that ended, by outcome: released, blocked, failed, cancelled",
        Tags.of("base_model", baseModel, "outcome", outcome),
        1);
  }

  /** How long a job was in the stage that it left. */
  public void stageLeft(String stage, Duration duration) {
    Timer.builder("tiltmeter.job.stage.duration")
        .description("Time that jobs spent in a stage")
        .tags("stage", stage)
        .publishPercentileHistogram(false)
        .register(registry)
        .record(duration);
  }

  /** Jobs that are in a stage now. */
  public void jobsInStage(String stage, Supplier<Number> jobs) {
    gauge("tiltmeter.jobs.in.stage", "Jobs that are in a stage now", Tags.of("stage", stage), jobs);
  }

  /** Age of the oldest work that is due and that nobody does. */
  public void oldestWork(String kind, Supplier<Number> seconds) {
    Gauge.builder("tiltmeter.work.oldest.age", seconds)
        .description("Age of the oldest work that is due and waits for a worker")
        .baseUnit("seconds")
        .tags("kind", kind)
        .register(registry);
  }

  /** One judged answer to a probe. */
  public void probeAnswers(String baseModel, String pack, AnswerTags answer, int count) {
    count(
        "tiltmeter.probe.answers",
        "Judged answers to probes",
        Tags.of(
            "base_model", baseModel,
            "pack", pack,
            "category", answer.category(),
            "side", answer.side(),
            "label", answer.label()),
        count);
  }

  /** What is counted of an answer. */
  public record AnswerTags(String category, String side, String label) {}

  /** Answers of bases that were looked for among those that are kept: "hit" or "miss". */
  public void baseAnswers(String result, int count) {
    count(
        "tiltmeter.base.answers",
        "Answers of base models that were looked for among the kept ones, by result: hit, miss",
        Tags.of("result", result),
        count);
  }

  /** A verdict of the gate. */
  public void verdict(String baseModel, String verdict) {
    count(
        "tiltmeter.verdicts",
        "Verdicts of the gate",
        Tags.of("base_model", baseModel, "verdict", verdict),
        1);
  }

  /** Findings of a detector in one training file. */
  public void scanFinding(String detector, String severity) {
    count(
        "tiltmeter.scan.findings",
        "Findings in training files, one for each file and detector",
        Tags.of("detector", detector, "severity", severity),
        1);
  }

  /** A past training file that was scanned again. */
  public void rescan(String outcome) {
    count(
        "tiltmeter.rescans",
        "Past training files that were scanned again, by outcome: same, changed, worse, invalid,"
            + " failed",
        Tags.of("outcome", outcome),
        1);
  }

  /** Past training files that wait to be scanned with the detectors of today. */
  public void rescansLeft(Supplier<Number> files) {
    gauge(
        "tiltmeter.rescans.left",
        "Past training files that wait to be scanned again",
        Tags.empty(),
        files);
  }

  /** An attempt to tell a webhook endpoint of an event. */
  public void webhook(String outcome) {
    count(
        "tiltmeter.webhook.attempts",
        "Attempts to tell webhook endpoints, by outcome: delivered, retried, failed, disabled",
        Tags.of("outcome", outcome),
        1);
  }

  /** A checkpoint that was judged, or is not going to be. */
  public void checkpoint(String baseModel, String outcome) {
    count(
        "tiltmeter.checkpoints",
        "Checkpoints of trainings, by outcome: clear, blocked, refused, failed, skipped",
        Tags.of("base_model", baseModel, "outcome", outcome),
        1);
  }

  /** A lease that ran out and went to another worker. */
  public void leaseLost(String role) {
    count("tiltmeter.leases.lost", "Leases that ran out", Tags.of("role", role), 1);
  }

  /** Work that failed; it is tried again or given up. */
  public void workFailed(String kind) {
    count("tiltmeter.work.failures", "Work that failed", Tags.of("kind", kind), 1);
  }

  /** A request that was answered. */
  public void request(Answered answered, Duration duration) {
    requests.computeIfAbsent(answered, this::timer).record(duration);
  }

  /**
   * What kind of request was answered, and how.
   *
   * @param route its pattern
   * @param method a method of HTTP; the caller sees to it that they are few
   */
  public record Answered(String route, String method, int status) {}

  private Timer timer(Answered answered) {
    return Timer.builder("tiltmeter.http.requests")
        .description("Requests that were answered")
        .tags(
            "route",
            answered.route(),
            "method",
            answered.method(),
            "status",
            Integer.toString(answered.status()))
        .register(registry);
  }

  private void count(String name, String help, Tags tags, double amount) {
    Counter.builder(name).description(help).tags(tags).register(registry).increment(amount);
  }

  private void gauge(String name, String help, Tags tags, Supplier<Number> value) {
    Gauge.builder(name, value).description(help).tags(tags).register(registry);
  }
}
