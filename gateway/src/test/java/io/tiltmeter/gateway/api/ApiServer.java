package io.tiltmeter.gateway.api;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import io.tiltmeter.evaluator.grader.Grading;
import io.tiltmeter.evaluator.grader.ModelGrader;
import io.tiltmeter.evaluator.grader.ScriptGrader;
import io.tiltmeter.gateway.bench.LoopbackServer;
import io.tiltmeter.gateway.bench.TestClock;
import io.tiltmeter.gateway.blob.BlobStore;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.Migrations;
import io.tiltmeter.gateway.file.FileHandler;
import io.tiltmeter.gateway.http.Failures;
import io.tiltmeter.gateway.http.Pace;
import io.tiltmeter.gateway.job.EventStore;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobFlow;
import io.tiltmeter.gateway.job.JobStore;
import io.tiltmeter.gateway.key.Authentication;
import io.tiltmeter.gateway.key.KeyStore;
import io.tiltmeter.gateway.limit.Limits;
import io.tiltmeter.gateway.lineage.Ledger;
import io.tiltmeter.gateway.model.Artifact;
import io.tiltmeter.gateway.model.ArtifactStore;
import io.tiltmeter.gateway.model.BaseModelStore;
import io.tiltmeter.gateway.policyfile.PolicyResult;
import io.tiltmeter.gateway.postgres.PostgresAddress;
import io.tiltmeter.gateway.postgres.TestPostgres;
import io.tiltmeter.gateway.tenant.TenantPolicies;
import io.tiltmeter.gateway.webhook.Resolver;
import io.tiltmeter.gateway.webhook.SecretBox;
import io.tiltmeter.gateway.webhook.WebhookHandler;
import io.tiltmeter.gateway.webhook.WebhookSender;
import io.tiltmeter.gateway.webhook.WebhookSettings;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Route;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** The public API on loopback over a database of its own, with two tenants and a base model. */
final class ApiServer implements AutoCloseable {
  static final String BASE = "tiny-chat";

  /** Of every model that is released here. */
  static final String ATTESTATION =
      "{\"payloadType\":\"t\",\"payload\":\"e30=\",\"signatures\":[{\"keyid\":\"k\",\"sig\":\"s\"}]}";

  static final long FILE_BYTES = 300L << 20;
  static final Limits LIMITS =
      new Limits(FILE_BYTES, Limits.Share.DEFAULT, Limits.Rate.DEFAULT, Pace.DEFAULT);

  /** For receivers on loopback. */
  static final WebhookSettings WEBHOOKS =
      new WebhookSettings(true, true, null, Duration.ofSeconds(5));

  final Vertx vertx = Vertx.vertx();
  final TestClock clock = TestClock.ticking();
  final ConcurrentLinkedQueue<Job> applied = new ConcurrentLinkedQueue<>();
  final Ledger ledger = new Ledger(Ledger.Terms.DEFAULT, clock);
  final SecretBox secrets;
  final WebhookSender sender;
  final Database database;
  final Path blobs;
  final String acme;
  final String globex;
  private final List<Route> routes = new CopyOnWriteArrayList<>();
  private final int port;
  private final HttpClient http = HttpClient.newHttpClient();

  private ApiServer(Path blobs, BlobStore store, Limits limits) {
    PostgresAddress address = TestPostgres.freshDatabase();
    Migrations.apply(address);
    this.blobs = blobs;
    secrets = SecretBox.open(blobs.resolveSibling(blobs.getFileName() + ".key"));
    sender = new WebhookSender(vertx, WEBHOOKS, Resolver.SYSTEM, clock);
    database = Database.open(vertx, address, 8);
    KeyStore keys = new KeyStore(clock);
    acme = keys.createForTenant(database, "acme", false).secret();
    globex = keys.createForTenant(database, "globex", false).secret();
    pinBase();
    PublicApi api = new PublicApi(parts(keys, store, limits));
    port =
        LoopbackServer.start(
            vertx,
            router -> {
              api.mount(router);
              Failures.mount(router);
              routes.addAll(router.getRoutes());
            });
  }

  static ApiServer start(Path blobs) {
    return start(blobs, LIMITS);
  }

  static ApiServer start(Path blobs, Limits limits) {
    try {
      return new ApiServer(blobs, BlobStore.open(blobs), limits);
    } catch (IOException e) {
      throw new IllegalStateException("no store for tests", e);
    }
  }

  static ApiServer start(Path blobs, BlobStore store) {
    return new ApiServer(blobs, store, LIMITS);
  }

  private PublicApi.Parts parts(KeyStore keys, BlobStore store, Limits limits) {
    String text = "version: 1\nname: test\n";
    if (!(TenantPolicies.read(text, Set.of()) instanceof PolicyResult.Read(var policy))) {
      throw new IllegalStateException("the test's policy is wrong");
    }
    JobFlow flow = new JobFlow(new JobStore(clock), new EventStore(clock), (_, _) -> {});
    return new PublicApi.Parts(
        database,
        clock,
        new Random(7),
        new Authentication(database, keys),
        new TenantPolicies(clock, TenantPolicies.textOf(text, policy), Set.of()),
        flow,
        (_, job) -> applied.add(job),
        new FileHandler.Storage(store, vertx.createSharedWorkerExecutor("files", 4)),
        limits,
        ledger,
        new Grading(ModelGrader.NONE, ScriptGrader.OFF),
        new WebhookHandler.Parts(secrets, sender, WEBHOOKS, clock));
  }

  private void pinBase() {
    Artifact artifact =
        new Artifact(
            Artifact.Kind.MODEL,
            new Manifest(List.of(new PinnedFile("config.json", 2, Digest.of("{}")))));
    new ArtifactStore(clock).insert(database, artifact);
    new BaseModelStore(clock).insert(database, BASE, artifact.digest(), "a test", null);
  }

  /** A model of acme, as a release by the gate or by an override leaves it. */
  String release(String id, String by) {
    String name = "ft:%s:acme::%s".formatted(BASE, id);
    database.run(
        """
        insert into training_file (id, tenant_id, digest, bytes, filename, purpose, uploaded_by,
          uploaded_from, created_at, state)
        select $1, tenant_id, $2, 1, 'f', 'fine-tune', id, '::1', now(), 'scanned' from api_key
        where holder = 'acme' limit 1
        """,
        "file-" + id,
        Digest.of(id).toString());
    database.run(
        "insert into policy (digest, name, text, created_at) values ('p', 'p', 'p', now()) on"
            + " conflict do nothing");
    database.run(
        """
        insert into job (id, tenant_id, base_model, file_id, created_by, seed, method,
          hyperparameters, policy_digest, request_digest, stage, created_at, stage_at)
        select $1, tenant_id, $2, id, uploaded_by, 1, 'supervised', '{}', 'p', 'r', 'released',
          now(), now() from training_file where id = $3
        """,
        "ftjob-" + id,
        BASE,
        "file-" + id);
    database.run(
        """
        insert into released_model (name, tenant_id, job_id, artifact_digest, released_by,
          attestation, created_at)
        select $1, job.tenant_id, job.id, artifact.digest, $3, $4, now()
        from job, artifact where job.id = $2
        """,
        name,
        "ftjob-" + id,
        by,
        ATTESTATION);
    return name;
  }

  /** What the router has under {@code /v1}, as "METHOD path" with names in braces. */
  List<String> operations() {
    return routes.stream()
        .filter(route -> route.methods() != null)
        .flatMap(
            route ->
                route.methods().stream()
                    .map(
                        method ->
                            "%s %s"
                                .formatted(
                                    method.name().toLowerCase(Locale.ROOT),
                                    route.getName().replaceAll(":(\\w+)", "{$1}"))))
        .toList();
  }

  int port() {
    return port;
  }

  OpenAIClient client(String key) {
    return OpenAIOkHttpClient.builder()
        .baseUrl("http://127.0.0.1:%d/v1".formatted(port))
        .apiKey(key)
        .responseValidation(true)
        .build();
  }

  HttpRequest.Builder request(String key, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
        .header("Authorization", "Bearer " + key);
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException("no answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  HttpResponse<String> get(String key, String path) {
    return send(request(key, path));
  }

  HttpResponse<String> post(String key, String path, String body) {
    return send(request(key, path).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  @Override
  public void close() {
    http.close();
    database.close();
    LoopbackServer.await(vertx.close());
  }
}
