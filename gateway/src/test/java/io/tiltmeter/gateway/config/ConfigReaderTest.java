package io.tiltmeter.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.evaluator.onnx.Execution;
import io.tiltmeter.evaluator.onnx.Provider;
import io.tiltmeter.evaluator.onnx.WeightFormat;
import io.tiltmeter.evaluator.remote.Endpoint;
import io.tiltmeter.gateway.http.Pace;
import io.tiltmeter.gateway.limit.Limits;
import io.tiltmeter.gateway.lineage.Ledger;
import io.tiltmeter.gateway.postgres.PostgresAddress;
import io.tiltmeter.gateway.sourcefile.Issue;
import io.tiltmeter.gateway.webhook.WebhookSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {
  private static final String SCHEMA = "schema: tiltmeter.config/v1\n";
  private static final GatewayConfig DEFAULTS = GatewayConfig.defaults(Path.of("/opt/tiltmeter"));

  @TempDir private Path folder;

  private ConfigReader.Result read(String text) throws IOException {
    return ConfigReader.read(Files.writeString(folder.resolve("c.yaml"), text), DEFAULTS);
  }

  private GatewayConfig config(String text) throws IOException {
    return switch (read(text)) {
      case ConfigReader.Result.Read(GatewayConfig config) -> config;
      case ConfigReader.Result.Invalid(List<Issue> issues) ->
          throw new AssertionError(issues.toString());
    };
  }

  private List<String> problems(String text) throws IOException {
    return switch (read(text)) {
      case ConfigReader.Result.Read(GatewayConfig config) ->
          throw new AssertionError(config.toString());
      case ConfigReader.Result.Invalid(List<Issue> issues) ->
          issues.stream()
              .map(issue -> "%d:%d: %s".formatted(issue.line(), issue.column(), issue.message()))
              .toList();
    };
  }

  @Test
  void defaults_areThoseThatTheReferenceStates() {
    Path fixtures = Path.of("/opt/tiltmeter/fixtures");
    assertThat(DEFAULTS)
        .isEqualTo(
            new GatewayConfig(
                new GatewayConfig.Server("127.0.0.1", 8080, 8081),
                null,
                new Limits(
                    8L << 30,
                    new Limits.Share(100L << 30, 100, 20),
                    new Limits.Rate(300_000, 600_000),
                    new Pace(Duration.ofSeconds(60), 1024)),
                fixtures.resolve("policies/default.yaml"),
                new GatewayConfig.Evaluation(
                    fixtures.resolve("packs/core-en"),
                    Map.of(TinyBase.MANIFEST.toString(), fixtures.resolve("packs/tiny")),
                    64,
                    new Execution(Provider.AUTO, Runtime.getRuntime().availableProcessors()),
                    256L << 20,
                    24,
                    Duration.ofHours(24),
                    new GatewayConfig.Checkpoints(3, 45, Duration.ofHours(1))),
                new GatewayConfig.Work(
                    Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofSeconds(5), 5),
                null,
                new Ledger.Terms(10, Duration.ofDays(180)),
                new GatewayConfig.Scan(600),
                null,
                GatewayConfig.Graders.NONE,
                new WebhookSettings(false, false, null, Duration.ofSeconds(10))));
  }

  @Test
  void read_ofAJudge_givesItWithItsKey() throws IOException {
    Files.writeString(folder.resolve("judge.key"), "secret-1\n");

    assertThat(
            config(
                    SCHEMA
                        + "judge: {url: 'https://j.internal/v1', name: j-1, key_file: judge.key}\n")
                .judge())
        .isEqualTo(new Endpoint(URI.create("https://j.internal/v1"), "j-1", "secret-1"));
  }

  @Test
  void read_ofAJudgeWithoutAnAddress_saysWhatIsMissing() throws IOException {
    assertThat(problems(SCHEMA + "judge: {name: j-1}\n"))
        .singleElement()
        .asString()
        .contains("url");
    assertThat(problems(SCHEMA + "judge: {url: j.internal, name: j-1}\n"))
        .singleElement()
        .asString()
        .contains("expected an address such as http://localhost:8000/v1");
  }

  @Test
  void read_ofALineageBudget_givesIt() throws IOException {
    assertThat(config(SCHEMA + "lineage: {budget: 2.5, half_life: 30d}\n").lineage())
        .isEqualTo(new Ledger.Terms(2.5, Duration.ofDays(30)));
  }

  @Test
  void read_ofRescans_givesTheirLimit() throws IOException {
    assertThat(config(SCHEMA + "scan: {rescans_per_hour: 0}\n").scan())
        .isEqualTo(new GatewayConfig.Scan(0));
  }

  @Test
  void read_ofWebhooks_givesWhereTheyMayGo() throws IOException {
    String text =
        "webhooks: {allow_http: true, allow_private_addresses: true, key_file: hooks.key,"
            + " patience: 3s}\n";

    assertThat(config(SCHEMA + text).webhooks())
        .isEqualTo(
            new WebhookSettings(true, true, folder.resolve("hooks.key"), Duration.ofSeconds(3)));
  }

  @Test
  void read_ofProviderAndWeights_givesThem() throws IOException {
    GatewayConfig config =
        config(SCHEMA + "evaluation: {threads: 3, provider: cuda, weights: fp32}\n");

    assertThat(config.evaluation().execution())
        .isEqualTo(new Execution(Provider.CUDA, 3, WeightFormat.FLOAT32));
  }

  @Test
  void read_ofWeightsThatReleaseNothing_namesThoseThatDo() throws IOException {
    assertThat(problems(SCHEMA + "evaluation: {weights: int8-rows}\n"))
        .singleElement()
        .asString()
        .contains("weights")
        .contains("fp32");
  }

  @Test
  void read_ofGraders_givesAnEndpointForEachModelAndTheInterpreter() throws IOException {
    GatewayConfig.Graders graders =
        config(
                SCHEMA
                    + "graders: {url: 'https://g.internal/v1', models: [g-1, g-2], python: py/bin/python3}\n")
            .graders();

    assertThat(graders.models())
        .containsExactly(
            new Endpoint(URI.create("https://g.internal/v1"), "g-1", null),
            new Endpoint(URI.create("https://g.internal/v1"), "g-2", null));
    assertThat(graders.python()).isEqualTo(folder.resolve("py/bin/python3"));
  }

  @Test
  void read_ofGradersWithoutModels_saysWhatIsMissing() throws IOException {
    assertThat(problems(SCHEMA + "graders: {models: []}\n"))
        .containsExactly(
            "2:10: graders needs \"url\"; add text",
            "2:19: \"models\" is empty; expected at least one");
  }

  @Test
  void read_ofAFileThatSaysNothing_givesTheDefaults() throws IOException {
    assertThat(config(SCHEMA)).isEqualTo(DEFAULTS);
  }

  @Test
  void read_ofEveryKey_takesThemAll() throws IOException {
    Files.writeString(folder.resolve("pw"), "secret\n");
    GatewayConfig config =
        config(
            SCHEMA
                + """
                server: {host: 0.0.0.0, port: 65535, management_port: 9091}
                database: {host: db, port: 5433, name: tm, user: u, password_file: pw}
                policy: p/strict.yaml
                evaluation:
                  pack: packs/mine
                  packs: {big-chat: packs/big}
                  max_tokens: 32
                  threads: 1
                  base_answers_mebibytes: 2
                  layout_checks: 5
                  budget: 90m
                work: {lease: 10s, trainer_lease: 2m, poll: 1s, attempts: 3}
                hub: {url: "https://hub.internal"}
                """);
    assertThat(config.server()).isEqualTo(new GatewayConfig.Server("0.0.0.0", 65_535, 9091));
    assertThat(config.database()).isEqualTo(new PostgresAddress("db", 5433, "tm", "u", "secret"));
    assertThat(config.policy()).isEqualTo(folder.resolve("p/strict.yaml"));
    assertThat(config.evaluation().pack()).isEqualTo(folder.resolve("packs/mine"));
    assertThat(config.evaluation().packs())
        .containsEntry("big-chat", folder.resolve("packs/big"))
        .containsKey(TinyBase.MANIFEST.toString());
    assertThat(config.evaluation().maxTokens()).isEqualTo(32);
    assertThat(config.evaluation().execution().threads()).isOne();
    assertThat(config.evaluation().baseAnswerBytes()).isEqualTo(2L << 20);
    assertThat(config.evaluation().layoutChecks()).isEqualTo(5);
    assertThat(config.evaluation().budget()).isEqualTo(Duration.ofMinutes(90));
    assertThat(config.work())
        .isEqualTo(
            new GatewayConfig.Work(
                Duration.ofSeconds(10), Duration.ofMinutes(2), Duration.ofSeconds(1), 3));
    assertThat(config.hub()).isEqualTo("https://hub.internal");
  }

  @Test
  void read_ofLimits_givesThem() throws IOException {
    GatewayConfig config =
        config(
            SCHEMA
                + """
                limits:
                  file_mebibytes: 3
                  stored_mebibytes: 4
                  open_jobs: 5
                  pending_uploads: 6
                  requests_per_minute: 7
                  tenant_requests_per_minute: 8
                  body_idle: 9s
                  body_bytes_per_second: 0
                """);

    assertThat(config.limits())
        .isEqualTo(
            new Limits(
                3L << 20,
                new Limits.Share(4L << 20, 5, 6),
                new Limits.Rate(7, 8),
                new Pace(Duration.ofSeconds(9), 0)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          open_jobs: 0|2:21: "open_jobs" must be at least 1 and at most 1000000000, got 0
          body_idle: 0s|2:21: "body_idle" must be above 0
          body_idle: soon|2:21: "body_idle" must be a duration such as 72h, 30m, 45s or 7d, got "soon"
          opn_jobs: 3|2:10: unknown key "opn_jobs" in limits; the nearest known key is "open_jobs"
          """)
  void read_ofALimitThatIsNone_saysWhatIsExpected(String limit, String problem) throws IOException {
    assertThat(problems(SCHEMA + "limits: {" + limit + "}\n")).containsExactly(problem);
  }

  @Test
  void read_ofCheckpoints_givesThemAndTakesNone() throws IOException {
    assertThat(
            config(SCHEMA + "evaluation: {checkpoints: {per_job: 0, behaviours: 12, budget: 5m}}\n")
                .evaluation()
                .checkpoints())
        .isEqualTo(new GatewayConfig.Checkpoints(0, 12, Duration.ofMinutes(5)));
    assertThat(problems(SCHEMA + "evaluation: {checkpoints: {per_job: -1, behaviours: 0}}\n"))
        .containsExactly(
            "2:37: \"per_job\" must be at least 0 and at most 1000000000, got -1",
            "2:53: \"behaviours\" must be at least 1 and at most 1000000000, got 0");
  }

  @Test
  void read_ofADatabaseWithoutPort_takesPostgresOwn() throws IOException {
    Files.writeString(folder.resolve("pw"), "secret");
    GatewayConfig config =
        config(SCHEMA + "database: {host: db, name: tm, user: u, password_file: pw}\n");
    assertThat(config.database()).isEqualTo(new PostgresAddress("db", 5432, "tm", "u", "secret"));
    assertThat(config.toString()).doesNotContain("secret");
  }

  @Test
  void read_ofAnAbsolutePath_leavesItAsItIs() throws IOException {
    assertThat(config(SCHEMA + "policy: /etc/p.yaml\n").policy()).isEqualTo(Path.of("/etc/p.yaml"));
  }

  @Test
  void read_ofManyMistakes_namesEachWithItsPlace() throws IOException {
    assertThat(
            problems(
                """
                schema: tiltmeter.config/v2
                server:
                  prot: 80
                  port: 65536
                  host: ""
                database: {host: db, password_file: none}
                evaluation: {packs: [a], max_tokens: 0, budget: 0s}
                work: {lease: 0s, poll: soon}
                """))
        .containsExactly(
            "1:9: \"schema\" must be \"tiltmeter.config/v1\", got \"tiltmeter.config/v2\";"
                + " this version reads no other",
            "3:3: unknown key \"prot\" in server; the nearest known key is \"port\"",
            "4:9: \"port\" must be at most 65535, got 65536",
            "5:9: \"host\" is empty; expected text",
            "6:11: database needs \"name\"; add text",
            "6:11: database needs \"user\"; add text",
            "6:37: expected the password in file \"none\", found NoSuchFileException",
            "7:21: packs must map names of base models to paths",
            "7:38: \"max_tokens\" must be at least 1 and at most 1000000000, got 0",
            "7:49: \"budget\" must be above 0",
            "8:15: \"lease\" must be above 0",
            "8:25: \"poll\" must be a duration such as 72h, 30m, 45s or 7d, got \"soon\"");
  }

  @ParameterizedTest
  @CsvSource({
    "polcy: a, polcy, policy",
    "databse: {}, databse, database",
    "evalution: {}, evalution, evaluation"
  })
  void read_ofAnUnknownKey_namesTheNearest(String line, String key, String nearest)
      throws IOException {
    assertThat(problems(SCHEMA + line + "\n"))
        .containsExactly(
            "2:1: unknown key \"%s\" in the configuration; the nearest known key is \"%s\""
                .formatted(key, nearest));
  }

  @Test
  void read_withoutSchema_asksForIt() throws IOException {
    assertThat(problems("policy: a\n"))
        .containsExactly("1:1: the configuration needs \"schema\"; add \"tiltmeter.config/v1\"");
  }

  @Test
  void read_ofAPathThatNoneIs_saysSo() throws IOException {
    assertThat(problems(SCHEMA + "policy: \"a\\0b\"\n"))
        .containsExactly("2:9: \"policy\" must be a path, got \"a?b\"");
  }

  @Test
  void read_ofNoFile_throws() {
    assertThatThrownBy(() -> ConfigReader.read(folder.resolve("none.yaml"), DEFAULTS))
        .isInstanceOf(NoSuchFileException.class);
  }
}
