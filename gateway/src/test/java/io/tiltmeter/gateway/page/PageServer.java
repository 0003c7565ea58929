package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.asset.Assets;
import io.tiltmeter.dashboards.page.Pages;
import io.tiltmeter.evaluator.onnx.Execution;
import io.tiltmeter.evaluator.onnx.Provider;
import io.tiltmeter.evaluator.scan.ScanVersions;
import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.bench.LoopbackServer;
import io.tiltmeter.gateway.bench.TestClock;
import io.tiltmeter.gateway.blob.BlobStore;
import io.tiltmeter.gateway.checkpoint.CheckpointStore;
import io.tiltmeter.gateway.config.GatewayConfig;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.Migrations;
import io.tiltmeter.gateway.db.Notifications;
import io.tiltmeter.gateway.evaluation.EvaluationStore;
import io.tiltmeter.gateway.evaluation.Packs;
import io.tiltmeter.gateway.file.FileStore;
import io.tiltmeter.gateway.http.Failures;
import io.tiltmeter.gateway.job.EventStore;
import io.tiltmeter.gateway.job.JobAcceptance;
import io.tiltmeter.gateway.job.JobFlow;
import io.tiltmeter.gateway.job.JobStore;
import io.tiltmeter.gateway.key.ApiKey;
import io.tiltmeter.gateway.key.KeyStore;
import io.tiltmeter.gateway.key.Scope;
import io.tiltmeter.gateway.model.BaseModelStore;
import io.tiltmeter.gateway.model.ReleasedModelStore;
import io.tiltmeter.gateway.policyfile.PolicyResult;
import io.tiltmeter.gateway.postgres.PostgresAddress;
import io.tiltmeter.gateway.postgres.TestPostgres;
import io.tiltmeter.gateway.review.Appeals;
import io.tiltmeter.gateway.review.CaseStore;
import io.tiltmeter.gateway.review.Review;
import io.tiltmeter.gateway.scan.DatasetCaseStore;
import io.tiltmeter.gateway.scan.DatasetCases;
import io.tiltmeter.gateway.scan.ScanStore;
import io.tiltmeter.gateway.tenant.PolicyProposals;
import io.tiltmeter.gateway.tenant.TenantPolicies;
import io.tiltmeter.gateway.work.WorkStore;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The pages on loopback over a database of their own. */
final class PageServer implements AutoCloseable {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final Pattern COOKIE = Pattern.compile("__Host-tiltmeter=([^;]+);.*");
  private static final Pattern CSRF = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");

  final TestClock clock = TestClock.ticking();
  final Vertx vertx = Vertx.vertx();
  final Database database;
  final KeyStore keys = new KeyStore(clock);
  final JobStore jobs = new JobStore(clock);
  final EventStore events = new EventStore(clock);
  final CaseStore cases = new CaseStore(clock);
  final DatasetCaseStore datasetCases = new DatasetCaseStore(clock);
  final CheckpointStore checkpoints = new CheckpointStore(clock);
  final AuditStore audit = new AuditStore(clock);
  final JobFlow flow = new JobFlow(jobs, events, (_, _) -> {});
  final TenantPolicies policies;
  final BlobStore blobs = openBlobs();
  final Packs packs = packs();
  final HttpClient http = HttpClient.newHttpClient();
  final PageSite site;
  private final Notifications notifications;
  private final int port;

  PageServer() {
    PostgresAddress address = TestPostgres.freshDatabase();
    Migrations.apply(address);
    database = Database.open(vertx, address, 8);
    notifications = Notifications.listen(vertx, address);
    policies = policies(clock);
    site = new PageSite(parts());
    port =
        LoopbackServer.start(
            vertx,
            router -> {
              site.mount(router);
              Failures.mount(router);
            });
  }

  private static TenantPolicies policies(TestClock clock) {
    String text = "version: 1\nname: test\n";
    if (!(TenantPolicies.read(text, Set.of()) instanceof PolicyResult.Read(var policy))) {
      throw new IllegalStateException("the test's policy is wrong");
    }
    return new TenantPolicies(clock, TenantPolicies.textOf(text, policy), Set.of());
  }

  private PageSite.Parts parts() {
    Assets assets = Assets.load();
    return new PageSite.Parts(
        database,
        notifications,
        clock,
        assets,
        new Pages(assets),
        keys,
        audit,
        blobs,
        packs,
        acts(),
        new PageSite.Stores(
            events,
            cases,
            datasetCases,
            checkpoints,
            new EvaluationStore(clock),
            new ScanStore(clock, ScanVersions.CURRENT),
            new FileStore(clock),
            policies,
            new BaseModelStore(clock),
            new ReleasedModelStore(clock)));
  }

  private static Packs packs() {
    return Packs.read(
        new GatewayConfig.Evaluation(
            Bench.ROOT.resolve("fixtures/packs/tiny"),
            Map.of(),
            32,
            new Execution(Provider.AUTO, 1),
            1 << 20,
            0,
            Duration.ofHours(1),
            GatewayConfig.Checkpoints.DEFAULT));
  }

  private PageSite.Acts acts() {
    return new PageSite.Acts(
        new Review(
            database,
            new Review.Parts(cases, jobs, flow, new WorkStore(clock), audit, policies),
            clock),
        new DatasetCases(database, datasetCases, audit),
        new Appeals(jobs, flow, cases, new EventStore(clock), audit),
        new JobAcceptance(jobs, flow, clock),
        proposals());
  }

  private static BlobStore openBlobs() {
    try {
      return BlobStore.open(Files.createTempDirectory("tiltmeter-pages"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  PolicyProposals proposals() {
    return new PolicyProposals(database, policies, audit, clock);
  }

  ApiKey.Issued staff(String person) {
    return keys.createForStaff(database, person, Scope.OF_STAFF);
  }

  /** A browser that has signed in. */
  Browser signIn(String key) {
    HttpResponse<String> response = new Browser(this, "").post("/login", Map.of("key", key));
    Matcher cookie = COOKIE.matcher(response.headers().firstValue("set-cookie").orElse(""));
    if (!cookie.matches()) {
      throw new IllegalStateException("sign-in answered " + response.statusCode());
    }
    return new Browser(this, cookie.group(1));
  }

  /** What one browser holds: its session's token, empty if it has none. */
  record Browser(PageServer server, String token) {

    HttpRequest.Builder request(String path) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(server.port, path)));
      return token.isEmpty() ? request : request.header("Cookie", Cookies.SESSION + "=" + token);
    }

    HttpResponse<String> get(String path) {
      return server.send(request(path), HttpResponse.BodyHandlers.ofString());
    }

    /** Sends a form of this session. */
    HttpResponse<String> submit(String path, Map<String, String> fields) {
      Map<String, String> all = new HashMap<>(fields);
      all.put("csrf", csrf());
      return post(path, all);
    }

    HttpResponse<String> post(String path, Map<String, String> fields) {
      String body =
          fields.entrySet().stream()
              .map(field -> field.getKey() + "=" + encode(field.getValue()))
              .collect(Collectors.joining("&"));
      return server.send(
          request(path).header("Content-Type", FORM).POST(BodyPublishers.ofString(body)),
          HttpResponse.BodyHandlers.ofString());
    }

    String csrf() {
      Matcher csrf = CSRF.matcher(get("/jobs").body());
      if (!csrf.find()) {
        throw new IllegalStateException("not signed in");
      }
      return csrf.group(1);
    }

    private static String encode(String text) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
  }

  <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) {
    try {
      return http.send(request.build(), body);
    } catch (IOException e) {
      throw new IllegalStateException("no answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    site.close();
    http.close();
    notifications.close();
    database.close();
    LoopbackServer.await(vertx.close());
  }
}
