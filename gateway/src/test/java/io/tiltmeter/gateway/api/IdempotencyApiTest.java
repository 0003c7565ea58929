package io.tiltmeter.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.idempotency.Idempotency;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.key.KeyStore;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that are sent twice. */
class IdempotencyApiTest {
  private static final String JOBS = "/v1/fine_tuning/jobs";
  private static final String FILES = "/v1/files";
  private static final String UPLOADS = "/v1/uploads";
  private static final String UPLOAD =
      "{\"filename\":\"a\",\"purpose\":\"fine-tune\",\"mime_type\":\"text/plain\",\"bytes\":1}";

  @TempDir static Path folder;
  private static ApiServer server;

  @BeforeAll
  static void start() {
    server = ApiServer.start(folder.resolve("blobs"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** A tenant of its own, with one training file. */
  private record Tenant(String key, UUID id, String file) {
    static Tenant create(String name) {
      String key =
          new KeyStore(server.clock).createForTenant(server.database, name, false).secret();
      Caller caller = new KeyStore(server.clock).find(server.database, key).orElseThrow();
      String file = idOf(form(key, null, FILES, Form.of("F:" + name + ",P:fine-tune")));
      return new Tenant(key, ((Caller.Tenant) caller).tenantId(), file);
    }

    String job(int seed) {
      return "{\"model\":\"%s\",\"training_file\":\"%s\",\"seed\":%d}"
          .formatted(ApiServer.BASE, file, seed);
    }

    HttpResponse<String> post(@Nullable String idempotencyKey, String path, String body) {
      return send(key, idempotencyKey, path, "application/json", body);
    }

    long count(String table) {
      return server
          .database
          .find(
              row -> row.getLong(0), "select count(*) from " + table + " where tenant_id = $1", id)
          .orElseThrow();
    }
  }

  private static HttpResponse<String> form(
      String key, @Nullable String idempotencyKey, String path, String form) {
    return send(key, idempotencyKey, path, Form.TYPE, form);
  }

  private static HttpResponse<String> send(
      String key, @Nullable String idempotencyKey, String path, String type, String body) {
    var request =
        server.request(key, path).header("Content-Type", type).POST(BodyPublishers.ofString(body));
    if (idempotencyKey != null) {
      request.header("Idempotency-Key", idempotencyKey);
    }
    return server.send(request);
  }

  private static String idOf(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response.body().replaceAll("^.*?\"id\":\"([\\w-]+)\".*", "$1");
  }

  private static void assertReplayed(HttpResponse<String> again, HttpResponse<String> first) {
    assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
    assertThat(first.headers().firstValue("idempotent-replayed")).isEmpty();
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(again.headers().firstValue("content-type")).contains("application/json");
    assertThat(again.headers().firstValue("idempotent-replayed")).contains("true");
  }

  private static void assertConflict(HttpResponse<String> response, String code, String message) {
    assertThat(response.body())
        .isEqualTo(JobsApiTest.error(message, "invalid_request_error", "null", code));
    assertThat(response.statusCode()).isEqualTo(409);
    assertThat(response.headers().firstValue("x-should-retry")).contains("false");
  }

  private static void assertReused(HttpResponse<String> response) {
    assertConflict(
        response,
        "idempotency_key_reused",
        "This Idempotency-Key came with another request before; send a new key.");
  }

  @Test
  void createJob_againWithTheSameKey_isAnsweredAsTheFirstTimeForADay() {
    Tenant tenant = Tenant.create("job");
    HttpResponse<String> first = tenant.post("k", JOBS, tenant.job(1));
    String cancel = JOBS + "/" + idOf(first) + "/cancel";
    assertThat(tenant.post(null, cancel, "").statusCode()).isEqualTo(200);

    assertReplayed(tenant.post("k", JOBS, tenant.job(1)), first);
    server.clock.advance(Duration.ofHours(23));
    assertReplayed(tenant.post("k", JOBS, tenant.job(1)), first);
    assertReused(tenant.post("k", JOBS, tenant.job(2)));
    assertReused(tenant.post("k", UPLOADS, UPLOAD));
    assertThat(tenant.count("job")).isOne();
    server.clock.advance(Duration.ofHours(1));
    assertThat(idOf(tenant.post("k", JOBS, tenant.job(2)))).isNotEqualTo(idOf(first));
  }

  @Test
  void createJob_withAnotherTenantsKey_isItsOwn() {
    Tenant tenant = Tenant.create("mine");
    Tenant other = Tenant.create("theirs");

    String id = idOf(tenant.post("shared", JOBS, tenant.job(1)));

    assertThat(idOf(other.post("shared", JOBS, other.job(1)))).isNotEqualTo(id);
  }

  @Test
  void createJob_thatFailed_leavesItsKeyFree() {
    Tenant tenant = Tenant.create("free");

    assertThat(tenant.post("k", JOBS, tenant.job(-1)).statusCode()).isEqualTo(400);
    assertThat(tenant.post("k", JOBS, tenant.job(1).replace(tenant.file(), "none")).statusCode())
        .isEqualTo(400);
    assertThat(idOf(tenant.post("k", JOBS, tenant.job(1)))).startsWith("ftjob-");
  }

  @Test
  void createJob_whileTheFirstRequestIsAtWork_isAConflict() {
    Tenant tenant = Tenant.create("busy");

    server.database.transact(
        sql -> {
          sql.run("select pg_advisory_xact_lock(hashtextextended($1, 3))", tenant.id() + " k");
          assertConflict(
              tenant.post("k", JOBS, tenant.job(1)),
              "idempotency_key_in_use",
              "A request with this Idempotency-Key is at work; wait for its answer.");
        });
    assertThat(idOf(tenant.post("k", JOBS, tenant.job(1)))).startsWith("ftjob-");
  }

  @Test
  void createJob_againWithoutAKey_givesTheSameJobForAMinuteUnlessItIsCancelled() {
    Tenant tenant = Tenant.create("retry");
    String first = idOf(tenant.post(null, JOBS, tenant.job(1)));

    assertThat(idOf(tenant.post(null, JOBS, tenant.job(1)))).isEqualTo(first);
    String other = idOf(tenant.post(null, JOBS, tenant.job(2)));
    assertThat(other).isNotEqualTo(first);
    server.clock.advance(Duration.ofSeconds(61));
    assertThat(idOf(tenant.post(null, JOBS, tenant.job(1)))).isNotEqualTo(first);
    String third = idOf(tenant.post(null, JOBS, tenant.job(3)));
    tenant.post(null, JOBS + "/" + third + "/cancel", "");
    assertThat(idOf(tenant.post(null, JOBS, tenant.job(3)))).isNotEqualTo(third);
  }

  @Test
  void upload_againInAFormWithAnotherBoundary_isKeptOnce() {
    Tenant tenant = Tenant.create("form");
    String form = Form.of("F:rows,P:fine-tune");
    HttpResponse<String> first = form(tenant.key(), "f", FILES, form);

    HttpResponse<String> again =
        send(tenant.key(), "f", FILES, Form.TYPE.replace("B-7", "C-8"), form.replace("B-7", "C-8"));

    assertReplayed(again, first);
    assertThat(tenant.count("training_file")).isEqualTo(2);
    assertReused(form(tenant.key(), "f", FILES, Form.of("F:others,P:fine-tune")));
    assertThat(folder.resolve("blobs/incoming")).isEmptyDirectory();
    assertThat(form(tenant.key(), "a b", FILES, form).body())
        .contains("Expected 1 to 255 printable ASCII characters without spaces");
  }

  @Test
  void everyStepOfAnUploadInParts_again_isDoneOnce() {
    Tenant tenant = Tenant.create("parts");
    HttpResponse<String> created = tenant.post("create", UPLOADS, UPLOAD);
    assertReplayed(tenant.post("create", UPLOADS, UPLOAD), created);
    String path = UPLOADS + "/" + idOf(created);

    HttpResponse<String> part = form(tenant.key(), "part", path + "/parts", Form.of("D:x"));
    assertReplayed(form(tenant.key(), "part", path + "/parts", Form.of("D:x")), part);
    assertReused(form(tenant.key(), "part", path + "/parts", Form.of("D:y")));

    String body = "{\"part_ids\":[\"%s\"]}".formatted(idOf(part));
    HttpResponse<String> completed = tenant.post("complete", path + "/complete", body);
    assertReplayed(tenant.post("complete", path + "/complete", body), completed);
    assertThat(tenant.count("upload")).isOne();
    assertThat(tenant.count("training_file")).isEqualTo(2);
  }

  @Test
  void sweep_afterADay_forgetsAnswers() {
    Tenant tenant = Tenant.create("swept");
    tenant.post("k", UPLOADS, UPLOAD);
    Idempotency idempotency = new Idempotency(server.clock);
    idempotency.sweep(server.database);
    assertThat(tenant.count("idempotent_answer")).isOne();

    server.clock.advance(Duration.ofHours(24));
    idempotency.sweep(server.database);

    assertThat(tenant.count("idempotent_answer")).isZero();
  }
}
