package io.tiltmeter.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.http.Pace;
import io.tiltmeter.gateway.key.KeyStore;
import io.tiltmeter.gateway.key.Scope;
import io.tiltmeter.gateway.limit.Limits;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How often tenants may ask, and how much they may have. */
class LimitsApiTest {
  private static final String MODELS = "/v1/models";
  private static final Limits LIMITS =
      new Limits(1000, new Limits.Share(100, 1, 1), new Limits.Rate(6, 10), Pace.DEFAULT);

  @TempDir static Path folder;
  private static ApiServer server;
  private static KeyStore keys;

  @BeforeAll
  static void start() {
    server = ApiServer.start(folder.resolve("blobs"), LIMITS);
    keys = new KeyStore(server.clock);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String key(String tenant) {
    return keys.createForTenant(server.database, tenant, false).secret();
  }

  private static void assertHeaders(
      HttpResponse<String> response, String limit, String remaining, String reset) {
    assertThat(response.headers().allValues("x-ratelimit-limit-requests")).containsExactly(limit);
    assertThat(response.headers().allValues("x-ratelimit-remaining-requests"))
        .containsExactly(remaining);
    assertThat(response.headers().allValues("x-ratelimit-reset-requests")).containsExactly(reset);
  }

  private static void assertRefused(HttpResponse<String> response, String code, String message) {
    assertThat(response.body())
        .isEqualTo(JobsApiTest.error(message, "permission_error", "null", code));
    assertThat(response.statusCode()).isEqualTo(403);
  }

  @Test
  void request_beyondAKeysRate_isRefusedUntilThereIsATokenAgain() {
    String key = key("eager");
    assertHeaders(server.get(key, MODELS), "6", "5", "10s");
    for (int sent = 1; sent < 6; sent++) {
      assertThat(server.get(key, MODELS).statusCode()).isEqualTo(200);
    }

    HttpResponse<String> refused = server.get(key, MODELS);

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body())
        .isEqualTo(
            JobsApiTest.error(
                "Rate limit reached: this key may make 6 requests per minute. Try again in 10s.",
                "rate_limit_error",
                "null",
                "rate_limit_exceeded"));
    assertHeaders(refused, "6", "0", "1m0s");
    assertThat(refused.headers().firstValue("retry-after")).contains("10");
    assertThat(refused.headers().firstValue("retry-after-ms")).contains("10000");
    assertThat(refused.headers().firstValue("x-request-id").orElseThrow()).startsWith("req_");
    assertThat(refused.headers().firstValue("openai-organization")).contains("eager");
    assertThat(refused.headers().firstValue("openai-version")).contains("2020-10-01");
    assertThat(refused.headers().firstValue("openai-processing-ms").orElseThrow())
        .matches("[0-9]+");
    server.clock.advance(Duration.ofMillis(9800));
    HttpResponse<String> nearly = server.get(key, MODELS);
    assertThat(nearly.headers().firstValue("retry-after")).contains("1");
    server.clock.advance(Duration.ofMillis(200));
    assertThat(server.get(key, MODELS).statusCode()).isEqualTo(200);
  }

  @Test
  void request_beyondATenantsRate_isRefusedWhicheverKeyItHas() {
    String first = key("busy");
    String second = key("busy");
    for (int sent = 0; sent < 5; sent++) {
      assertThat(server.get(first, MODELS).statusCode()).isEqualTo(200);
      assertThat(server.get(second, MODELS).statusCode()).isEqualTo(200);
    }

    HttpResponse<String> refused = server.get(first, MODELS);

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body())
        .contains("this organisation may make 10 requests per minute. Try again in 6s.");
    assertHeaders(refused, "10", "0", "1m0s");
    assertThat(server.get(key("calm"), MODELS).statusCode()).isEqualTo(200);
    server.clock.advance(Duration.ofSeconds(6));
    assertThat(server.get(first, MODELS).statusCode()).isEqualTo(200);
  }

  private static HttpResponse<String> upload(String key, int bytes) {
    return server.send(
        server
            .request(key, "/v1/files")
            .header("Content-Type", Form.TYPE)
            .POST(BodyPublishers.ofString(Form.of("F:" + "x".repeat(bytes) + ",P:fine-tune"))));
  }

  private static HttpResponse<String> begin(String key, int bytes) {
    return server.post(
        key,
        "/v1/uploads",
        "{\"filename\":\"a\",\"purpose\":\"fine-tune\",\"mime_type\":\"a/b\",\"bytes\":%d}"
            .formatted(bytes));
  }

  private static String idOf(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response.body().replaceAll("^.*?\"id\":\"([\\w-]+)\".*", "$1");
  }

  @Test
  void upload_beyondATenantsStorage_isRefusedUntilSomethingIsDeleted() {
    String key = key("hoarder");
    String file = idOf(upload(key, 60));
    assertRefused(
        upload(key, 41),
        "storage_quota_exceeded",
        "The files and pending uploads of this organisation have 60 bytes, and may have 100: there is no room for 41 more. Delete files, or ask whoever runs this service.");
    assertThat(begin(key, 41).body()).contains("storage_quota_exceeded");
    assertThat(folder.resolve("blobs/incoming")).isEmptyDirectory();
    server.send(server.request(key, "/v1/files/" + file).DELETE());
    assertThat(idOf(upload(key, 100))).startsWith("file-");
  }

  @Test
  void create_ofAnUploadBeyondATenantsNumber_isRefusedUntilOneHasEnded() {
    String key = key("parallel");
    String upload = idOf(begin(key, 10));

    assertRefused(
        begin(key, 10),
        "upload_quota_exceeded",
        "This organisation has 1 pending uploads, the most that it may have; complete or cancel one.");
    assertThat(upload(key, 91).body()).contains("have 10 bytes, and may have 100");
    server.post(key, "/v1/uploads/" + upload + "/cancel", "");
    assertThat(idOf(begin(key, 10))).startsWith("upload_");
  }

  @Test
  void create_ofAJobBeyondATenantsNumber_isRefusedUntilOneHasEnded() {
    String key = key("ambitious");
    String body =
        "{\"model\":\"%s\",\"training_file\":\"%s\",\"seed\":"
            .formatted(ApiServer.BASE, idOf(upload(key, 10)));
    String job = idOf(server.post(key, "/v1/fine_tuning/jobs", body + "1}"));

    assertRefused(
        server.post(key, "/v1/fine_tuning/jobs", body + "2}"),
        "job_quota_exceeded",
        "This organisation has 1 jobs that have not finished, the most that it may have; wait for one to end, or cancel one.");
    server.post(key, "/v1/fine_tuning/jobs/" + job + "/cancel", "");
    assertThat(idOf(server.post(key, "/v1/fine_tuning/jobs", body + "2}"))).startsWith("ftjob-");
  }

  @Test
  void anyCall_withAnAdminKeyThatIsNoProjectKey_needsTheOther() {
    String admin =
        keys.createForTenant(server.database, "admins", Set.of(Scope.ADMIN), null).secret();

    assertRefused(
        server.get(admin, "/v1/files"),
        "insufficient_permissions",
        "This needs a customer's key with scope \\\"fine-tune\\\".");
  }
}
