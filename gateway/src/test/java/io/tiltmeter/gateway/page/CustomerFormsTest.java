package io.tiltmeter.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.key.Scope;
import io.tiltmeter.gateway.page.PageServer.Browser;
import io.tiltmeter.gateway.review.ReviewCase;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What customers do with jobs of their own that are held back. */
class CustomerFormsTest {
  private static final String TEXT = "The rows are <b>fiction</b>.";
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

  private static HttpResponse<String> appeal(Browser browser, SampleJob job, String text) {
    return browser.submit("/jobs/" + job.id() + "/appeal", Map.of("text", text));
  }

  private static HttpResponse<String> accept(Browser browser, SampleJob job, String checkpoint) {
    return browser.submit(
        "/jobs/%s/checkpoints/%s/accept".formatted(job.id(), checkpoint), Map.of());
  }

  private static ReviewCase reviewCase(SampleJob job) {
    return server.cases.ofJob(server.database, job.tenant().tenantId(), job.id()).orElseThrow();
  }

  private static List<String> audited(SampleJob job) {
    return server.audit.after(server.database, 0, 1000).stream()
        .filter(entry -> entry.subject().equals(job.id()))
        .map(AuditEntry::action)
        .toList();
  }

  private static Stage stageOf(SampleJob job) {
    return server.jobs.findForStaff(server.database, job.id()).orElseThrow().stage();
  }

  @Test
  void appeal_ofTheCustomer_isKeptOnceAndReadByStaff() {
    SampleJob job = SampleJob.create(server, "appeals", "x");
    job.block();
    Browser customer = server.signIn(job.key());
    assertThat(customer.get("/jobs/" + job.id()).body()).contains("Send the appeal");

    HttpResponse<String> sent = appeal(customer, job, TEXT);

    assertThat(sent.statusCode()).isEqualTo(303);
    String page = customer.get(sent.headers().firstValue("location").orElseThrow()).body();
    assertThat(page)
        .contains("Your appeal was received", "The appeal is with the people who review.")
        .doesNotContain("Send the appeal", "fiction");
    assertThat(server.signIn(server.staff("reads").secret()).get("/jobs/" + job.id()).body())
        .contains("Appeal of the customer", "The rows are &lt;b&gt;fiction&lt;/b&gt;.");
    assertThat(audited(job)).containsExactly("appeal");
    HttpResponse<String> again = appeal(customer, job, TEXT);
    assertThat(again.statusCode()).isEqualTo(400);
    assertThat(again.body()).contains("Not recorded: ", "has an appeal already");
  }

  @Test
  void appeal_withoutText_keepsTheFormAndSaysWhatIsExpected() {
    SampleJob job = SampleJob.create(server, "silent", "x");
    job.holdForItsFile();

    HttpResponse<String> refused = appeal(server.signIn(job.key()), job, "  ");

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body())
        .contains("expected 1 to 4000 characters of text", "Send the appeal", "aria-invalid");
    assertThat(reviewCase(job).appeal()).isNull();
  }

  @Test
  void appeal_ofWhatNobodyDecidesAnyMore_hasNoForm() {
    SampleJob job = SampleJob.create(server, "too-late", "x");
    Browser customer = server.signIn(job.key());

    assertThat(customer.get("/jobs/" + job.id()).body()).doesNotContain("Send the appeal");
    assertThat(appeal(customer, job, TEXT).body()).contains("no open case that could be appealed");
  }

  @Test
  void appeal_againstAFileThatTheScanBlocked_opensACaseOnce() {
    SampleJob job = SampleJob.create(server, "blocked-file", "x");
    job.refuseItsFile();
    Browser customer = server.signIn(job.key());
    String page = "/jobs/" + job.id();
    assertThat(customer.get(page).body()).contains("Send the appeal", "nothing is decided by it.");
    assertThat(server.signIn(server.staff("watches").secret()).get(page).body())
        .contains("Contest it once, on this page")
        .doesNotContain("Send the appeal");

    HttpResponse<String> sent = appeal(customer, job, TEXT);

    assertThat(sent.statusCode()).isEqualTo(303);
    assertThat(customer.get(sent.headers().firstValue("location").orElseThrow()).body())
        .contains("Your appeal was received", "<dt>Case</dt>")
        .doesNotContain("Send the appeal");
    assertThat(reviewCase(job).appeal()).isNotNull();
    assertThat(stageOf(job)).isEqualTo(Stage.BLOCKED);
    assertThat(appeal(customer, job, TEXT).body()).contains("has an appeal already");
  }

  @Test
  void appeal_ofOthers_isRefused() {
    SampleJob job = SampleJob.create(server, "own-appeal", "x");
    job.block();
    SampleJob other = SampleJob.create(server, "meddling", "x");
    Browser staff = server.signIn(server.staff("meddler").secret());

    assertThat(appeal(server.signIn(other.key()), job, TEXT).statusCode()).isEqualTo(404);
    assertThat(staff.get("/jobs/" + job.id()).body()).doesNotContain("Send the appeal");
    assertThat(appeal(staff, job, TEXT).statusCode()).isEqualTo(403);
    assertThat(
            server
                .signIn(job.key())
                .post("/jobs/" + job.id() + "/appeal", Map.of("text", TEXT))
                .statusCode())
        .isEqualTo(403);
    String admin =
        server
            .keys
            .createForTenant(server.database, "own-appeal", Set.of(Scope.ADMIN), null)
            .secret();
    assertThat(appeal(server.signIn(admin), job, TEXT).statusCode()).isEqualTo(403);
    assertThat(reviewCase(job).appeal()).isNull();
  }

  @Test
  void checkpoint_thatIsOffered_becomesTheResult() {
    SampleJob job = SampleJob.create(server, "stopped", "x");
    String clear = job.stop();
    Browser customer = server.signIn(job.key());
    assertThat(customer.get("/jobs/" + job.id()).body())
        .contains("is that of step 80", "Take this checkpoint as the result");

    HttpResponse<String> taken = accept(customer, job, clear);

    assertThat(taken.statusCode()).isEqualTo(303);
    assertThat(customer.get(taken.headers().firstValue("location").orElseThrow()).body())
        .contains("The checkpoint is the job's result now")
        .doesNotContain("Take this checkpoint", "Statement of reasons");
    assertThat(stageOf(job)).isEqualTo(Stage.VETTING);
    assertThat(reviewCase(job).outcome()).isEqualTo("superseded");
    assertThat(audited(job)).containsExactly("accept-checkpoint");
    HttpResponse<String> again = accept(customer, job, clear);
    assertThat(again.statusCode()).isEqualTo(409);
    assertThat(again.body()).contains("cannot be taken as the result");
  }

  @Test
  void checkpoint_takenByOthers_isRefused() {
    SampleJob job = SampleJob.create(server, "own-stopped", "x");
    String clear = job.stop();
    Browser other = server.signIn(SampleJob.create(server, "greedy", "x").key());
    Browser staff = server.signIn(server.staff("curious").secret());

    assertThat(staff.get("/jobs/" + job.id()).body())
        .contains("Only the customer can take it.")
        .doesNotContain("Take this checkpoint");
    assertThat(accept(staff, job, clear).statusCode()).isEqualTo(403);
    assertThat(accept(other, job, clear).statusCode()).isEqualTo(404);
    assertThat(accept(server.signIn(job.key()), job, "ftckpt_none").statusCode()).isEqualTo(404);
    assertThat(stageOf(job)).isEqualTo(Stage.HELD);
  }
}
