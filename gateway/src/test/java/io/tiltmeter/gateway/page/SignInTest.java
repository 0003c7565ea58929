package io.tiltmeter.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.dashboards.asset.Assets;
import io.tiltmeter.dashboards.page.Pages;
import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.key.ApiKey;
import io.tiltmeter.gateway.page.PageServer.Browser;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who gets in, for how long, and what every answer carries. */
class SignInTest {
  private static PageServer server;
  private static Browser nobody;

  @BeforeAll
  static void start() {
    server = new PageServer();
    nobody = new Browser(server, "");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** No test has attempts of another one counted against it. */
  @BeforeEach
  void later() {
    server.clock.advance(Duration.ofMinutes(2));
  }

  private static String location(HttpResponse<?> response) {
    return response.headers().firstValue("location").orElseThrow();
  }

  @Test
  void jobs_withoutASession_asksToSignInAndComesBack() {
    HttpResponse<String> asked = nobody.get("/jobs?status=held");

    assertThat(asked.statusCode()).isEqualTo(303);
    assertThat(location(asked)).isEqualTo("/login?back=%2Fjobs%3Fstatus%3Dheld");
    assertThat(nobody.get(location(asked)).body()).contains("value=\"/jobs?status=held\"");
  }

  @Test
  void signIn_withAStaffKey_setsAStrictCookieAndGoesBack() {
    String key = server.staff("ada").secret();

    HttpResponse<String> response =
        nobody.post("/login", Map.of("key", " " + key + " ", "back", "/jobs?status=held"));

    assertThat(response.statusCode()).isEqualTo(303);
    assertThat(location(response)).isEqualTo("/jobs?status=held");
    assertThat(response.headers().firstValue("set-cookie").orElseThrow())
        .startsWith("__Host-tiltmeter=")
        .contains("; Max-Age=28800", "; Path=/", "; Secure", "; HTTPOnly", "; SameSite=Strict")
        .doesNotContain(key);
    assertThat(server.signIn(key).get("/jobs").body()).contains("ada").contains("Staff");
  }

  @Test
  void signIn_keepsOnlyTheHashOfTheToken() {
    Browser browser = server.signIn(server.staff("hash").secret());

    assertThat(
            server.database.list(row -> row.getString("hash"), "select hash from browser_session"))
        .allMatch(hash -> hash.startsWith("sha256:"))
        .noneMatch(hash -> hash.contains(browser.token()));
  }

  @Test
  void signIn_withAWrongKey_showsThePageAgainWith401() {
    HttpResponse<String> response = nobody.post("/login", Map.of("key", "tm-staff-<b>"));

    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.body()).contains("unknown, expired or revoked").doesNotContain("tm-staff");
    assertThat(response.headers().firstValue("set-cookie")).isEmpty();
  }

  @Test
  void signIn_withATrainersKey_isForbidden() {
    String key = server.keys.createForTrainer(server.database, "gpu-1").secret();

    HttpResponse<String> response = nobody.post("/login", Map.of("key", key));

    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.body()).contains("cannot sign in");
  }

  @Test
  void signIn_fromAnotherSite_isForbidden() {
    HttpResponse<String> response =
        server.send(
            nobody
                .request("/login")
                .header("Sec-Fetch-Site", "cross-site")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("key=x")),
            HttpResponse.BodyHandlers.ofString());

    assertThat(response.statusCode()).isEqualTo(403);
  }

  @Test
  void signIn_elevenTimesInAMinute_isRefusedUntilTheMinuteIsOver() {
    for (int attempt = 0; attempt < 10; attempt++) {
      assertThat(nobody.post("/login", Map.of("key", "wrong")).statusCode()).isEqualTo(401);
    }

    HttpResponse<String> refused = nobody.post("/login", Map.of("key", "wrong"));

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("retry-after")).hasValue("60");
    server.clock.advance(Duration.ofMinutes(1));
    assertThat(nobody.post("/login", Map.of("key", "wrong")).statusCode()).isEqualTo(401);
  }

  @Test
  void signIn_withABackElsewhere_goesToTheJobs() {
    String key = server.staff("back").secret();
    for (String back : new String[] {"//evil.example", "https://evil.example", "/jobs\\..", "/x"}) {
      assertThat(location(nobody.post("/login", Map.of("key", key, "back", back))))
          .as(back)
          .isEqualTo("/jobs");
    }
  }

  @Test
  void session_afterEightHours_isOverAndDeleted() {
    Browser browser = server.signIn(server.staff("late").secret());
    server.clock.advance(Duration.ofHours(8));

    assertThat(browser.get("/jobs").statusCode()).isEqualTo(303);
    assertThat(sessionsOf("late")).isZero();
  }

  @Test
  void session_ofARevokedKey_isOver() {
    ApiKey.Issued issued = server.staff("revoked");
    Browser browser = server.signIn(issued.secret());
    server.keys.revoke(server.database, issued.key().id());

    assertThat(browser.get("/jobs").statusCode()).isEqualTo(303);
    assertThat(sessionsOf("revoked")).isZero();
  }

  private static long sessionsOf(String holder) {
    return server
        .database
        .list(
            row -> row.getString("hash"),
            """
            select browser_session.hash from browser_session
            join api_key on api_key.id = key_id where holder = $1
            """,
            holder)
        .size();
  }

  @Test
  void signOut_endsTheSessionAndIsInTheAuditLog() {
    Browser browser = server.signIn(server.staff("grace").secret());

    HttpResponse<String> response = browser.post("/logout", Map.of("csrf", browser.csrf()));

    assertThat(location(response)).isEqualTo("/login");
    assertThat(response.headers().firstValue("set-cookie").orElseThrow()).contains("Max-Age=0");
    assertThat(browser.get("/jobs").statusCode()).isEqualTo(303);
    assertThat(server.audit.after(server.database, 0, 1000))
        .filteredOn(entry -> entry.actor().equals("grace"))
        .extracting(AuditEntry::action)
        .containsExactly("sign-in", "sign-out");
  }

  @Test
  void anyForm_withoutTheSessionsToken_isForbidden() {
    Browser browser = server.signIn(server.staff("csrf").secret());

    assertThat(browser.post("/logout", Map.of()).statusCode()).isEqualTo(403);
    assertThat(browser.post("/theme", Map.of("csrf", "x", "theme", "dark")).statusCode())
        .isEqualTo(403);
    assertThat(browser.get("/jobs").statusCode()).isEqualTo(200);
  }

  @Test
  void theme_ofNobody_isKeptInACookie() {
    HttpResponse<String> response =
        nobody.post("/theme", Map.of("csrf", "", "theme", "dark", "back", "/login"));

    assertThat(response.statusCode()).isEqualTo(303);
    assertThat(response.headers().firstValue("set-cookie").orElseThrow()).startsWith("theme=dark");
  }

  @Test
  void everyAnswer_carriesTheStrictHeaders() {
    for (String path : new String[] {"/", "/login", "/jobs", "/jobs/none/x", "/cases/x"}) {
      HttpResponse<String> response = nobody.get(path);
      assertThat(response.headers().map())
          .as(path)
          .containsEntry(
              "content-security-policy", java.util.List.of(Pages.CONTENT_SECURITY_POLICY))
          .containsEntry("x-content-type-options", java.util.List.of("nosniff"))
          .containsEntry("referrer-policy", java.util.List.of("same-origin"))
          .containsEntry("cross-origin-opener-policy", java.util.List.of("same-origin"))
          .containsEntry("cache-control", java.util.List.of("no-store"));
    }
  }

  @Test
  void asset_byItsVersion_isImmutableAndNotSentTwice() {
    String href = Assets.load().href("app.css");
    HttpResponse<String> first = nobody.get(href);
    HttpResponse<String> again =
        server.send(
            nobody
                .request(href)
                .header("If-None-Match", first.headers().firstValue("etag").orElseThrow()),
            HttpResponse.BodyHandlers.ofString());

    assertThat(first.headers().firstValue("cache-control"))
        .hasValue("public, max-age=31536000, immutable");
    assertThat(first.headers().firstValue("content-type")).hasValue("text/css; charset=utf-8");
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(nobody.get("/assets/..%2Fx").statusCode()).isEqualTo(404);
  }
}
