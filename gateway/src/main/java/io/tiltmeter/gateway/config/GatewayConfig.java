package io.tiltmeter.gateway.config;

import io.tiltmeter.evaluator.onnx.Execution;
import io.tiltmeter.evaluator.remote.Endpoint;
import io.tiltmeter.evaluator.run.LayoutCheck;
import io.tiltmeter.evaluator.runner.RunnerSettings;
import io.tiltmeter.gateway.limit.Limits;
import io.tiltmeter.gateway.lineage.Ledger;
import io.tiltmeter.gateway.postgres.PostgresAddress;
import io.tiltmeter.gateway.webhook.WebhookSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an operator sets. {@link #defaults(Path)} is what a configuration file that says nothing
 * means.
 *
 * @param database absent: an embedded PostgreSQL in the home directory
 * @param limits what the public API bounds
 * @param policy policy file for tenants that have none of their own
 * @param lineage what each tenant's released models may together have lost
 * @param scan how past training files are scanned again
 * @param judge a language model that judges what is in doubt; absent: nobody else is asked
 * @param graders what customers' graders may ask and run
 * @param webhooks where webhooks may go
 * @param hub address that base models are fetched from; absent: the environment or the command says
 */
public record GatewayConfig(
    Server server,
    @Nullable PostgresAddress database,
    Limits limits,
    Path policy,
    Evaluation evaluation,
    Work work,
    @Nullable String hub,
    Ledger.Terms lineage,
    Scan scan,
    @Nullable Endpoint judge,
    Graders graders,
    WebhookSettings webhooks) {

  /** The version of the file format, first line of every configuration file. */
  public static final String SCHEMA = "tiltmeter.config/v1";

  private static final int PORT = 8080;
  private static final int MANAGEMENT_PORT = 8081;
  private static final int MAX_TOKENS = 64;
  private static final int ATTEMPTS = 5;
  private static final long BASE_ANSWER_BYTES = 256L << 20;
  private static final Duration BUDGET = Duration.ofHours(24);

  /**
   * Where it listens.
   *
   * @param port 0 takes a free one
   * @param managementPort for metrics and health; 0 takes a free one
   */
  public record Server(String host, int port, int managementPort) {}

  /**
   * What customers' graders may ask and run.
   *
   * @param models language models that grade
   * @param python the interpreter of graders in Python; absent: there are none
   */
  public record Graders(List<Endpoint> models, @Nullable Path python) {
    public static final Graders NONE = new Graders(List.of(), null);

    public Graders {
      models = List.copyOf(models);
    }
  }

  /**
   * How models are evaluated.
   *
   * @param pack probe pack for bases that {@code packs} does not name
   * @param packs probe packs by name of the base, or by the digest of its manifest
   * @param maxTokens cap on new tokens of an answer
   * @param execution what computes the models, and in which numbers
   * @param baseAnswerBytes how many answers of bases are kept for later jobs, in bytes; those that
   *     were of no use for longest go first
   * @param layoutChecks harmful behaviours that the base is asked again in another batch layout
   * @param budget most time for one evaluation, above 0; where it is over first, the verdict is
   *     inconclusive
   * @param checkpoints how models are judged while their training goes on
   */
  public record Evaluation(
      Path pack,
      Map<String, Path> packs,
      int maxTokens,
      Execution execution,
      long baseAnswerBytes,
      int layoutChecks,
      Duration budget,
      Checkpoints checkpoints) {
    public Evaluation {
      packs = Map.copyOf(packs);
    }
  }

  /**
   * How checkpoints are judged.
   *
   * @param perJob how many a trainer is asked to send; with 0 none is judged
   * @param behaviours harmful behaviours of each category that are put at most, at least 1
   * @param budget most time for one checkpoint, above 0; one that takes longer was not judged
   */
  public record Checkpoints(int perJob, int behaviours, Duration budget) {
    /** Three a job, 45 behaviours of each category, an hour each. */
    public static final Checkpoints DEFAULT = new Checkpoints(3, 45, Duration.ofHours(1));
  }

  /**
   * How training files are scanned.
   *
   * @param rescansPerHour past files that are scanned again in an hour at most, where detectors
   *     have changed since; 0 scans none again
   */
  public record Scan(int rescansPerHour) {
    /** 600 an hour. */
    public static final Scan DEFAULT = new Scan(600);
  }

  /**
   * How work is leased.
   *
   * @param lease how long a silent worker keeps its work
   * @param trainerLease the same for a trainer
   * @param poll how often to look for work without being woken
   * @param attempts failures of one piece of work, or lost leases of one job's trainers, before it
   *     is given up
   */
  public record Work(Duration lease, Duration trainerLease, Duration poll, int attempts) {}

  /**
   * The configuration that says nothing.
   *
   * @param installation the folder that holds {@code fixtures}
   */
  public static GatewayConfig defaults(Path installation) {
    Path fixtures = installation.resolve("fixtures");
    return new GatewayConfig(
        new Server("127.0.0.1", PORT, MANAGEMENT_PORT),
        null,
        Limits.DEFAULT,
        fixtures.resolve("policies/default.yaml"),
        new Evaluation(
            fixtures.resolve("packs/core-en"),
            Map.of(TinyBase.MANIFEST.toString(), fixtures.resolve("packs/tiny")),
            MAX_TOKENS,
            RunnerSettings.DEFAULT.execution(),
            BASE_ANSWER_BYTES,
            LayoutCheck.BEHAVIOURS,
            BUDGET,
            Checkpoints.DEFAULT),
        new Work(Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofSeconds(5), ATTEMPTS),
        null,
        Ledger.Terms.DEFAULT,
        Scan.DEFAULT,
        null,
        Graders.NONE,
        WebhookSettings.DEFAULT);
  }

  /** The same, listening on this port and, for metrics and health, on the next one. */
  public GatewayConfig withPort(int port) {
    int management = port == 0 ? 0 : port + 1;
    return new GatewayConfig(
        new Server(server.host(), port, management),
        database,
        limits,
        policy,
        evaluation,
        work,
        hub,
        lineage,
        scan,
        judge,
        graders,
        webhooks);
  }
}
