package io.tiltmeter.gateway.config;

import io.tiltmeter.evaluator.onnx.Execution;
import io.tiltmeter.evaluator.onnx.Provider;
import io.tiltmeter.evaluator.onnx.WeightFormat;
import io.tiltmeter.evaluator.remote.Endpoint;
import io.tiltmeter.gateway.http.Pace;
import io.tiltmeter.gateway.limit.Limits;
import io.tiltmeter.gateway.lineage.Ledger;
import io.tiltmeter.gateway.postgres.PostgresAddress;
import io.tiltmeter.gateway.sourcefile.DurationText;
import io.tiltmeter.gateway.sourcefile.Fields;
import io.tiltmeter.gateway.sourcefile.Issue;
import io.tiltmeter.gateway.sourcefile.Issues;
import io.tiltmeter.gateway.sourcefile.NameList;
import io.tiltmeter.gateway.sourcefile.Node;
import io.tiltmeter.gateway.sourcefile.Place;
import io.tiltmeter.gateway.sourcefile.Range;
import io.tiltmeter.gateway.sourcefile.Words;
import io.tiltmeter.gateway.sourcefile.YamlFile;
import io.tiltmeter.gateway.webhook.WebhookSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads a configuration's YAML file; every key that it leaves out has its default. */
public final class ConfigReader {
  private static final List<String> KEYS =
      List.of(
          "schema",
          "server",
          "database",
          "limits",
          "policy",
          "evaluation",
          "work",
          "hub",
          "lineage",
          "scan",
          "judge",
          "graders",
          "webhooks");
  private static final Pattern MODEL_NAME = Pattern.compile("[\\x21-\\x7e]{1,64}");
  private static final long MEBIBYTE = 1L << 20;
  private static final int LAST_PORT = 65_535;

  private final Path file;
  private final Fields top;
  private final GatewayConfig defaults;
  private final Issues issues;

  private ConfigReader(Path file, Fields top, GatewayConfig defaults, Issues issues) {
    this.file = file;
    this.top = top;
    this.defaults = defaults;
    this.issues = issues;
  }

  /** What came of a configuration file. */
  public sealed interface Result {

    /** It is right. */
    record Read(GatewayConfig config) implements Result {}

    /** Every problem of it, in the order of the file. */
    record Invalid(List<Issue> issues) implements Result {
      public Invalid {
        issues = List.copyOf(issues);
      }
    }
  }

  /**
   * Reads the file; paths in it are relative to its own folder.
   *
   * @throws IOException if it cannot be read
   */
  public static Result read(Path file, GatewayConfig defaults) throws IOException {
    Issues issues = new Issues(file.toString());
    Node root = YamlFile.read(file, issues);
    Optional<GatewayConfig> config =
        Fields.of(root, "the configuration", KEYS, issues)
            .map(top -> new ConfigReader(file, top, defaults, issues).config());
    return config.isPresent() && issues.isEmpty()
        ? new Result.Read(config.get())
        : new Result.Invalid(issues.inOrder());
  }

  private GatewayConfig config() {
    top.checkSchema(GatewayConfig.SCHEMA, true);
    return new GatewayConfig(
        server(),
        database(),
        limits(),
        path(top, "policy", defaults.policy()),
        evaluation(),
        work(),
        hub(),
        lineage(),
        scan(),
        judge(),
        graders(),
        webhooks());
  }

  private GatewayConfig.Server server() {
    Fields server = top.section("server", List.of("host", "port", "management_port"));
    GatewayConfig.Server byDefault = defaults.server();
    String host = server.text("host");
    return new GatewayConfig.Server(
        host == null ? byDefault.host() : host,
        port(server, "port", byDefault.port()),
        port(server, "management_port", byDefault.managementPort()));
  }

  private int port(Fields fields, String key, int byDefault) {
    int port = fields.count(key, byDefault);
    if (port > LAST_PORT) {
      issues.add(
          fields.placeOf(key), "\"%s\" must be at most %d, got %d".formatted(key, LAST_PORT, port));
    }
    return port;
  }

  private @Nullable PostgresAddress database() {
    if (!top.has("database")) {
      return null;
    }
    Fields database =
        top.section("database", List.of("host", "port", "name", "user", "password_file"));
    String host = database.requiredText("host");
    String name = database.requiredText("name");
    String user = database.requiredText("user");
    String password = secret(database, "password_file", "the password");
    return host == null || name == null || user == null || password == null
        ? null
        : new PostgresAddress(host, port(database, "port", 5432), name, user, password);
  }

  private @Nullable String secret(Fields fields, String key, String what) {
    String name = fields.requiredText(key);
    if (name == null) {
      return null;
    }
    try {
      return Files.readString(file.resolveSibling(name)).strip();
    } catch (IOException | InvalidPathException e) {
      issues.add(
          fields.placeOf(key),
          "expected %s in file \"%s\", found %s"
              .formatted(what, name, e.getClass().getSimpleName()));
      return null;
    }
  }

  private Limits limits() {
    Fields limits =
        top.section(
            "limits",
            List.of(
                "file_mebibytes",
                "stored_mebibytes",
                "open_jobs",
                "pending_uploads",
                "requests_per_minute",
                "tenant_requests_per_minute",
                "body_idle",
                "body_bytes_per_second"));
    Limits byDefault = defaults.limits();
    return new Limits(
        mebibytes(limits, "file_mebibytes", byDefault.fileBytes()),
        new Limits.Share(
            mebibytes(limits, "stored_mebibytes", byDefault.share().storedBytes()),
            limits.count("open_jobs", byDefault.share().openJobs()),
            limits.count("pending_uploads", byDefault.share().pendingUploads())),
        new Limits.Rate(
            limits.count("requests_per_minute", byDefault.rate().keyPerMinute()),
            limits.count("tenant_requests_per_minute", byDefault.rate().tenantPerMinute())),
        new Pace(
            duration(limits, "body_idle", byDefault.pace().idle()),
            limits.countOrZero("body_bytes_per_second", byDefault.pace().bytesPerSecond())));
  }

  private static long mebibytes(Fields fields, String key, long byDefault) {
    return fields.count(key, (int) (byDefault / MEBIBYTE)) * MEBIBYTE;
  }

  private GatewayConfig.Evaluation evaluation() {
    Fields evaluation =
        top.section(
            "evaluation",
            List.of(
                "pack",
                "packs",
                "max_tokens",
                "threads",
                "provider",
                "weights",
                "base_answers_mebibytes",
                "layout_checks",
                "budget",
                "checkpoints"));
    GatewayConfig.Evaluation byDefault = defaults.evaluation();
    return new GatewayConfig.Evaluation(
        path(evaluation, "pack", byDefault.pack()),
        packs(evaluation, byDefault.packs()),
        evaluation.count("max_tokens", byDefault.maxTokens()),
        execution(evaluation, byDefault.execution()),
        mebibytes(evaluation, "base_answers_mebibytes", byDefault.baseAnswerBytes()),
        evaluation.count("layout_checks", byDefault.layoutChecks()),
        duration(evaluation, "budget", byDefault.budget()),
        checkpoints(evaluation, byDefault.checkpoints()));
  }

  private GatewayConfig.Checkpoints checkpoints(
      Fields evaluation, GatewayConfig.Checkpoints byDefault) {
    Fields checkpoints =
        evaluation.section("checkpoints", List.of("per_job", "behaviours", "budget"));
    return new GatewayConfig.Checkpoints(
        checkpoints.countOrZero("per_job", byDefault.perJob()),
        checkpoints.count("behaviours", byDefault.behaviours()),
        duration(checkpoints, "budget", byDefault.budget()));
  }

  private static Execution execution(Fields evaluation, Execution byDefault) {
    return new Execution(
        chosen(
            evaluation,
            "provider",
            List.of(Provider.values()),
            Provider::wireName,
            byDefault.provider()),
        evaluation.count("threads", byDefault.threads()),
        chosen(
            evaluation,
            "weights",
            Stream.of(WeightFormat.values()).filter(WeightFormat::mayRelease).toList(),
            WeightFormat::wireName,
            byDefault.weights()));
  }

  private static <E> E chosen(
      Fields fields, String key, List<E> constants, Function<E, String> name, E byDefault) {
    String word = fields.word(key, constants.stream().map(name).toList());
    return constants.stream()
        .filter(constant -> name.apply(constant).equals(word))
        .findFirst()
        .orElse(byDefault);
  }

  private Map<String, Path> packs(Fields evaluation, Map<String, Path> byDefault) {
    Map<String, Path> packs = new LinkedHashMap<>(byDefault);
    if (evaluation.node("packs") instanceof Node.Members members) {
      for (Node.Member member : members.members()) {
        if (member.value() instanceof Node.Text text) {
          path(text.value(), member.key(), text.place())
              .ifPresent(path -> packs.put(member.key(), path));
        } else {
          Fields.reportType(member.value(), member.key(), "a path", issues);
        }
      }
    } else if (evaluation.has("packs")) {
      issues.add(evaluation.placeOf("packs"), "packs must map names of base models to paths");
    }
    return packs;
  }

  private GatewayConfig.Work work() {
    Fields work = top.section("work", List.of("lease", "trainer_lease", "poll", "attempts"));
    GatewayConfig.Work byDefault = defaults.work();
    return new GatewayConfig.Work(
        duration(work, "lease", byDefault.lease()),
        duration(work, "trainer_lease", byDefault.trainerLease()),
        duration(work, "poll", byDefault.poll()),
        work.count("attempts", byDefault.attempts()));
  }

  private @Nullable String hub() {
    String url = top.section("hub", List.of("url")).text("url");
    return url == null ? defaults.hub() : url;
  }

  private Ledger.Terms lineage() {
    Fields lineage = top.section("lineage", List.of("budget", "half_life"));
    return new Ledger.Terms(
        lineage.number("budget", defaults.lineage().budget(), Range.SUM_OF_DELTAS),
        duration(lineage, "half_life", defaults.lineage().halfLife()));
  }

  private GatewayConfig.Scan scan() {
    Fields scan = top.section("scan", List.of("rescans_per_hour"));
    return new GatewayConfig.Scan(
        scan.countOrZero("rescans_per_hour", defaults.scan().rescansPerHour()));
  }

  private @Nullable Endpoint judge() {
    if (!top.has("judge")) {
      return null;
    }
    Fields judge = top.section("judge", List.of("url", "name", "key_file"));
    String url = judge.requiredText("url");
    String name = judge.requiredText("name");
    String key = judge.has("key_file") ? secret(judge, "key_file", "the key") : null;
    if (url == null || name == null) {
      return null;
    }
    return endpoint(judge, url, name, key);
  }

  private @Nullable Endpoint endpoint(
      Fields fields, String url, String name, @Nullable String key) {
    try {
      return new Endpoint(URI.create(url), name, key);
    } catch (IllegalArgumentException e) {
      issues.add(fields.placeOf("url"), "\"url\": %s".formatted(e.getMessage()));
      return null;
    }
  }

  private GatewayConfig.Graders graders() {
    Fields graders = top.section("graders", List.of("url", "models", "key_file", "python"));
    Path python = graders.has("python") ? path(graders, "python", Path.of("")) : null;
    return new GatewayConfig.Graders(
        graders.has("url") || graders.has("models") ? gradingModels(graders) : List.of(), python);
  }

  private List<Endpoint> gradingModels(Fields graders) {
    String url = graders.requiredText("url");
    List<String> names = NameList.matching(graders, "models", MODEL_NAME, issues);
    String key = graders.has("key_file") ? secret(graders, "key_file", "the key") : null;
    return url == null
        ? List.of()
        : names.stream()
            .map(name -> endpoint(graders, url, name, key))
            .filter(Objects::nonNull)
            .toList();
  }

  private WebhookSettings webhooks() {
    Fields webhooks =
        top.section(
            "webhooks", List.of("allow_http", "allow_private_addresses", "key_file", "patience"));
    WebhookSettings byDefault = defaults.webhooks();
    String keyFile = webhooks.text("key_file");
    return new WebhookSettings(
        webhooks.truth("allow_http", byDefault.allowHttp()),
        webhooks.truth("allow_private_addresses", byDefault.allowPrivate()),
        keyFile == null
            ? byDefault.keyFile()
            : path(keyFile, "key_file", webhooks.placeOf("key_file")).orElse(null),
        duration(webhooks, "patience", byDefault.patience()));
  }

  private Duration duration(Fields fields, String key, Duration byDefault) {
    Duration duration = DurationText.read(fields, key, byDefault, issues);
    if (duration.isZero()) {
      issues.add(fields.placeOf(key), "\"%s\" must be above 0".formatted(key));
    }
    return duration;
  }

  private Path path(Fields fields, String key, Path byDefault) {
    String text = fields.text(key);
    return text == null ? byDefault : path(text, key, fields.placeOf(key)).orElse(byDefault);
  }

  private Optional<Path> path(String text, String key, Place place) {
    try {
      return Optional.of(file.resolveSibling(text));
    } catch (InvalidPathException e) {
      issues.add(place, "%s must be a path, got %s".formatted(Words.quote(key), Words.quote(text)));
      return Optional.empty();
    }
  }
}
