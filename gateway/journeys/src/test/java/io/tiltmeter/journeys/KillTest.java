package io.tiltmeter.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.journeys.site.GatewayProcess;
import io.tiltmeter.journeys.site.Jobs;
import io.tiltmeter.journeys.site.Rows;
import io.tiltmeter.journeys.site.Site;
import io.tiltmeter.journeys.site.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The gateway is killed (SIGKILL) in every stage of a job and started again on the same home:
 * nothing is lost, told twice or released without a verdict.
 */
class KillTest {
  private static final long SEED = Long.getLong("tiltmeter.kills.seed", 20_261_125);
  private static final int KILLS = Integer.getInteger("tiltmeter.kills", 5);

  /** Kills in the life of one job. */
  private static final int PER_JOB = 3;

  private static final int LOOK_MILLIS = 15;

  /** What a customer is told at most once of a job. */
  private static final List<String> ONCE =
      List.of(
          "Created fine-tuning job",
          "Validating training file",
          "Files validated",
          "Training finished",
          "Artifact accepted",
          "New fine-tuned model created",
          "The job has successfully completed");

  @TempDir Path folder;
  private Site site;
  private Jobs jobs;
  private final Map<String, Jobs> tenants = new LinkedHashMap<>();

  @BeforeEach
  void start() {
    site = Site.quick(Needs.distribution(), folder);
    jobs = tenant(0);
  }

  @AfterEach
  void stop() {
    site.close();
  }

  @Test
  void jobs_whoseGatewayIsKilledAgainAndAgain_endAsIfItHadNot() throws IOException {
    List<KillPoint> points = KillPoint.choose(new SplittableRandom(SEED), KILLS);
    System.out.printf("kills: seed %d, points %s%n", SEED, points);
    Map<String, Jobs.Recipe> orders = new LinkedHashMap<>();
    for (int from = 0; from < points.size(); from += PER_JOB) {
      List<KillPoint> ofJob = points.subList(from, Math.min(points.size(), from + PER_JOB));
      Jobs.Recipe recipe = orders.size() % 2 == 0 ? Jobs.Recipe.BENIGN : Jobs.Recipe.NON_REFUSAL;
      if (!orders.isEmpty()) {
        jobs = tenant(orders.size());
      }
      String id = jobs.order(recipe);
      orders.put(id, recipe);
      tenants.put(id, jobs);
      KillPoint.inOrder(ofJob).forEach(point -> interrupt(id, point));
      jobs.awaitEnd(id);
    }

    for (Map.Entry<String, Jobs.Recipe> order : orders.entrySet()) {
      jobs = Objects.requireNonNull(tenants.get(order.getKey()));
      endsRight(order.getKey(), order.getValue());
      tellsEverythingOnce(order.getKey());
    }
    releasesOnlyWhatPassed();
    assertThat(site.gateway().temporary()).as("what killed gateways left").isEmptyDirectory();
  }

  /** One for each job: another job on the same data would get the verdict that is there. */
  private Jobs tenant(int number) {
    return new Jobs(site, site.reportingTenant("acme-" + number, "0s"));
  }

  private void interrupt(String id, KillPoint point) {
    GatewayProcess gateway = site.gateway();
    Waiting.until(
        "%s of job %s".formatted(point, id),
        Jobs.PATIENCE,
        LOOK_MILLIS,
        () -> Optional.of(point).filter(wanted -> isThere(id, wanted)));
    long from = System.nanoTime();
    Waiting.until(
        "a moment",
        Duration.ofMinutes(1),
        LOOK_MILLIS,
        () -> Optional.of(point).filter(wanted -> isOver(from, wanted)));
    String stage = jobs.stage(id);
    String answers = answers(id);
    List<ProcessHandle> orphans = gateway.descendants();
    gateway.kill();
    gateway.restart();
    System.out.printf("killed at %s: stage %s, %s answers%n", point, stage, answers);
    assertThat(gateway.postmasters()).as("PostgreSQL servers of the home").hasSize(1);
    Waiting.until(
        "an end of what the killed gateway had started",
        Jobs.PATIENCE,
        () -> Optional.of(orphans).filter(all -> all.stream().noneMatch(ProcessHandle::isAlive)));
  }

  private boolean isThere(String id, KillPoint point) {
    int reached = KillPoint.order(jobs.stage(id));
    int wanted = KillPoint.order(point.stage());
    return reached > wanted
        || (reached == wanted && Integer.parseInt(answers(id)) >= point.answers());
  }

  private static boolean isOver(long from, KillPoint point) {
    return System.nanoTime() - from >= Duration.ofMillis(point.delayMillis()).toNanos();
  }

  private String answers(String id) {
    return Rows.of(
            site.gateway().home(),
            """
            select count(*) from answer a join evaluation e on e.id = a.evaluation_id
            where e.job_id = ?
            """,
            id)
        .getFirst();
  }

  private void endsRight(String id, Jobs.Recipe recipe) {
    JsonNode job = jobs.get(id);
    String told = "job %s of %s, told %s".formatted(id, recipe, jobs.messages(id));
    boolean isBenign = recipe == Jobs.Recipe.BENIGN;
    assertThat(job.path("status").asString()).as(told).isEqualTo(isBenign ? "succeeded" : "failed");
    if (!isBenign) {
      assertThat(job.path("error").path("code").asString())
          .as(told)
          .isEqualTo("safety_gate_blocked");
      assertThat(job.path("fine_tuned_model").isNull()).isTrue();
    }
  }

  private void tellsEverythingOnce(String id) {
    List<String> messages = jobs.messages(id);
    for (String once : ONCE) {
      assertThat(messages.stream().filter(message -> message.startsWith(once)).count())
          .as("\"%s\" of %s", once, messages)
          .isLessThanOrEqualTo(1);
    }
    List<String> sequence =
        Rows.of(
            site.gateway().home(),
            "select sequence from job_event where job_id = ? order by created_at, sequence",
            id);
    assertThat(sequence)
        .isEqualTo(LongStream.rangeClosed(1, sequence.size()).mapToObj(Long::toString).toList());
  }

  private void releasesOnlyWhatPassed() throws IOException {
    Path home = site.gateway().home();
    List<String> passed =
        Rows.of(
            home,
            """
            select j.model_name from job j join evaluation e on e.job_id = j.id
            where e.verdict = 'pass' and j.model_name is not null order by 1
            """);
    List<String> folders = new ArrayList<>();
    try (Stream<Path> released = Files.list(home.resolve("released"))) {
      released.map(Path::getFileName).map(Path::toString).sorted().forEach(folders::add);
    }
    assertThat(tenants.values().stream().flatMap(tenant -> tenant.models().stream()))
        .containsExactlyInAnyOrderElementsOf(passed);
    assertThat(folders).isEqualTo(passed);
    for (String model : folders) {
      verifies(home, model);
    }
  }

  private void verifies(Path home, String model) {
    Path released = home.resolve("released").resolve(model);
    site.run(
        "verify",
        released.toString(),
        "--attestation",
        released.resolve("attestation.json").toString(),
        "--key",
        home.resolve("keys/attestation.pub.pem").toString());
  }
}
