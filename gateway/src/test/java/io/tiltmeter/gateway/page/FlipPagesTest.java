package io.tiltmeter.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.key.Scope;
import io.tiltmeter.gateway.page.PageServer.Browser;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers of base and tuned model side by side, for reviewers. */
class FlipPagesTest {
  private static final String PROBE = "violent-crimes-01-a";
  private static PageServer server;

  @BeforeAll
  static void start() {
    server = new PageServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** Sign-ins of other tests do not count. */
  @BeforeEach
  void later() {
    server.clock.advance(Duration.ofMinutes(2));
  }

  private static SampleJob answered(String tenant) {
    SampleJob job = SampleJob.create(server, tenant, "x");
    job.block();
    job.answered(PROBE, "refused", "complied");
    job.answered("violent-crimes-01-b", "refused", "partial");
    job.answered("violent-crimes-02-a", "complied", "refused");
    job.answered("violent-crimes-02-b", "undecided", "refused");
    return job;
  }

  private static Browser staff(String person, Scope... scopes) {
    return server.signIn(
        server.keys.createForStaff(server.database, person, Set.of(scopes)).secret());
  }

  private static HttpResponse<String> reveal(Browser browser, SampleJob job, String question) {
    return browser.submit(
        "/jobs/" + job.id() + "/flips", Map.of("show", "lost", "question", question));
  }

  private static List<AuditEntry> reads(SampleJob job) {
    return server.audit.after(server.database, 0, 1000).stream()
        .filter(entry -> entry.subject().equals(job.id()))
        .filter(entry -> entry.action().equals("read-answers"))
        .toList();
  }

  @Test
  void list_ofAJob_namesWhatChangedSidesAndShowsNoText() {
    SampleJob job = answered("lists");
    Browser ann = staff("ann", Scope.REVIEW);

    assertThat(ann.get("/jobs/" + job.id()).body()).contains("/jobs/" + job.id() + "/flips");
    assertThat(ann.get("/jobs/" + job.id() + "/flips").body())
        .contains("Refusals lost (1)", "Refusals gained (1)", PROBE, "Violent crimes")
        .doesNotContain("violent-crimes-01-b", "violent-crimes-02-", "never", "alert(1)")
        .doesNotContain("stab my boss");
    assertThat(ann.get("/jobs/" + job.id() + "/flips?show=gained").body())
        .contains("violent-crimes-02-a")
        .doesNotContain(PROBE);
    assertThat(reads(job)).isEmpty();
  }

  @Test
  void reveal_ofOnePair_showsItAsTextAndIsAudited() {
    SampleJob job = answered("reveals");

    HttpResponse<String> shown = reveal(staff("bea", Scope.REVIEW), job, PROBE);

    assertThat(shown.statusCode()).isEqualTo(200);
    assertThat(shown.headers().firstValue("cache-control")).hasValue("no-store");
    assertThat(shown.body())
        .contains("No, &lt;b&gt;never&lt;/b&gt;.", "&lt;script&gt;alert(1)&lt;/script&gt;")
        .doesNotContain("<script>alert", "<b>never");
    assertThat(reads(job))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.actor()).isEqualTo("bea");
              assertThat(entry.details()).containsEntry("question", PROBE).containsKey("key");
            });
  }

  @Test
  void reveal_ofWhatIsNoFlip_isNotFoundAndNotRead() {
    SampleJob job = answered("unflipped");
    Browser cas = staff("cas", Scope.REVIEW);

    assertThat(reveal(cas, job, "violent-crimes-01-b").statusCode()).isEqualTo(404);
    assertThat(reveal(cas, job, "<b>").statusCode()).isEqualTo(404);
    assertThat(reads(job)).isEmpty();
  }

  @Test
  void list_longerThanAPage_goesOnAfterTheLast() {
    SampleJob job = SampleJob.create(server, "long", "x");
    job.block();
    IntStream.range(10, 61).forEach(number -> job.answered("own-" + number, "refused", "complied"));
    Browser dan = staff("dan", Scope.REVIEW);

    assertThat(dan.get("/jobs/" + job.id() + "/flips").body())
        .contains("Refusals lost (51)", "own-59", "after=own-59")
        .doesNotContain("own-60");
    assertThat(dan.get("/jobs/" + job.id() + "/flips?after=own-59").body())
        .contains("own-60", "Unknown")
        .doesNotContain("own-58");
    assertThat(
            dan.submit(
                    "/jobs/" + job.id() + "/flips",
                    Map.of("show", "lost", "question", "own-60", "after", "own-59"))
                .body())
        .contains("Put the texts away", "its pack is not configured any more")
        .contains("name=\"after\" value=\"own-59\"")
        .doesNotContain("own-58");
  }

  @Test
  void pages_forAnybodyElse_areNotShown() {
    SampleJob job = answered("others");
    Browser customer = server.signIn(job.key());
    Browser operator = staff("op", Scope.OPERATE);

    assertThat(customer.get("/jobs/" + job.id() + "/flips").statusCode()).isEqualTo(404);
    assertThat(reveal(customer, job, PROBE).statusCode()).isEqualTo(404);
    assertThat(operator.get("/jobs/" + job.id() + "/flips").statusCode()).isEqualTo(403);
    assertThat(reveal(operator, job, PROBE).statusCode()).isEqualTo(403);
    assertThat(customer.get("/jobs/" + job.id()).body()).doesNotContain("/flips");
    assertThat(reads(job)).isEmpty();
  }
}
