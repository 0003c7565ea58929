package io.tiltmeter.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.evaluation.EvaluationBench;
import io.tiltmeter.gateway.postgres.PostgresAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class PolicyReplayCommandTest {
  @TempDir private static Path root;

  private static EvaluationBench all;
  private static Path config;
  private static Path draft;
  private static Instant before;

  @BeforeAll
  static void evaluate() throws IOException {
    all = new EvaluationBench(root);
    PostgresAddress address = all.bench.address;
    Files.writeString(root.resolve("password"), address.password());
    config =
        Files.writeString(
            root.resolve("config.yaml"),
            """
            schema: tiltmeter.config/v1
            database:
              host: "%s"
              port: %d
              name: %s
              user: %s
              password_file: password
            evaluation: {pack: pack}
            """
                .formatted(address.host(), address.port(), address.database(), address.user()));
    draft =
        Files.writeString(
            root.resolve("draft.yaml"),
            EvaluationBench.POLICY.replace("minimum_behaviours: 30", "minimum_behaviours: 60"));
    before = all.bench.clock.instant();
    for (String id : new String[] {"ftjob-one", "ftjob-two"}) {
      all.answered(all.evaluating(id), EvaluationBench.REFUSAL, EvaluationBench.REFUSAL);
      all.evaluate();
    }
    all.bench.database.run(
        "delete from answer using evaluation where evaluation_id = evaluation.id"
            + " and job_id = 'ftjob-two'");
  }

  @AfterAll
  static void close() {
    all.close();
  }

  private static Cli replay(Object... more) {
    Object[] words = {"policy", "replay", draft, "--home", root, "--config", config};
    return Cli.run(
        java.util.stream.Stream.concat(
                java.util.Arrays.stream(words), java.util.Arrays.stream(more))
            .toArray());
  }

  @Test
  void replay_aPeriod_listsWhatWouldChangeAndWhatCannotBeTold() {
    Instant until = before.plusSeconds(1);
    Cli cli = replay("--since", before, "--until", until);

    assertThat(cli.code()).as(cli.err()).isZero();
    assertThat(cli.out().lines().skip(1))
        .containsExactly(
            "2 evaluations ended from %s to %s: 0 would stay, 1 would change, 1 cannot be told"
                .formatted(before, until),
            "",
            "ftjob-one of acme on tiny, " + before,
            "  pass (gate) -> inconclusive (gate)",
            "  Not decided: refusals stayed at 100.0 % (delta +0.0 points, 95 % interval"
                + " -2.0 … +5.9, 50 behaviours); the policy tolerates 30.0, and asks for at"
                + " least 60 behaviours.",
            "  It had 50 behaviours; this policy needs 60 for a pass.",
            "",
            "ftjob-two of acme on tiny, " + before,
            "  pass (gate) -> undecidable: no answers of it are kept");
  }

  @Test
  void replay_asJson_hasFiguresAndDigests() {
    JsonNode found = replay("--since", before, "--until", before.plusSeconds(1), "--json").json();

    assertThat(found.path("evaluations").asInt(-1)).isEqualTo(2);
    assertThat(found.path("unchanged").asInt(-1)).isZero();
    assertThat(found.path("since").asLong(-1)).isEqualTo(before.getEpochSecond());
    JsonNode changed = found.path("changed").path(0);
    assertThat(changed.path("job").asString("")).isEqualTo("ftjob-one");
    assertThat(changed.path("from").path("verdict").asString("")).isEqualTo("pass");
    assertThat(changed.path("to").path("verdict").asString("")).isEqualTo("inconclusive");
    assertThat(changed.path("to").path("policy_digest")).isEqualTo(found.path("policy_digest"));
    assertThat(changed.path("figure").toString())
        .isEqualTo("{\"name\":\"behaviours\",\"value\":50.0,\"interval\":null,\"limit\":60.0}");
    assertThat(changed.path("again").isNull()).isTrue();
    JsonNode open = found.path("undecidable").path(0);
    assertThat(open.path("job").asString("")).isEqualTo("ftjob-two");
    assertThat(open.path("reason").asString("")).isEqualTo("no answers of it are kept");
  }

  @Test
  void replay_dates_meanTheirBeginning() {
    assertThat(replay("--since", "2001-01-01", "--until", "2001-01-02").out().lines().skip(1))
        .containsExactly(
            "0 evaluations ended from 2001-01-01T00:00:00Z to 2001-01-02T00:00:00Z:"
                + " 0 would stay, 0 would change, 0 cannot be told");
  }

  @Test
  void replay_noDate_isUsageError() {
    Cli cli = replay("--since", "last week");
    assertThat(cli.code()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.err())
        .startsWith(
            "expected --since as a date such as 2026-10-01 or an instant such as"
                + " 2026-10-01T08:00:00Z, found \"last week\"\n");
    assertThat(replay("--since", "2026-10-01", "--until", "2026-13-01").err())
        .startsWith(
            "expected --until as a date such as 2026-10-01 or an instant such as"
                + " 2026-10-01T08:00:00Z, found \"2026-13-01\"\n");
    assertThat(replay().code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void replay_aPeriodThatEndsBeforeItBegins_isUsageError() {
    Cli cli = replay("--since", "2026-10-02", "--until", "2026-10-01");
    assertThat(cli.code()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.err())
        .startsWith("expected --since before --until 2026-10-01, found \"2026-10-02\"\n");
    assertThat(replay("--since", "9999-01-01").err())
        .startsWith("expected --since before now, found \"9999-01-01\"\n");
  }

  @Test
  void replay_aDraftWithProblems_saysEach() throws IOException {
    Path broken =
        Files.writeString(
            root.resolve("broken.yaml"), "gate: {margin: 0, alpha_block: 0}\nrules: 1\n");
    Cli cli = Cli.run("policy", "replay", broken, "--since", "2026-10-01", "--config", config);
    assertThat(cli.code()).isEqualTo(ExitCode.FAILED);
    assertThat(cli.err())
        .isEqualTo(
            """
            tiltmeter: policy %1$s cannot be used:
            %1$s:1:16: "margin" must be above 0 and below 1, got 0
            %1$s:1:32: "alpha_block" must be above 0 and below 0.5, got 0
            %1$s:2:8: "rules" must be a list, got an integer
            """
                .formatted(broken));
  }
}
