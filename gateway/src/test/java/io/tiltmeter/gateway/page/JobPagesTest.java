package io.tiltmeter.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.key.Scope;
import io.tiltmeter.gateway.page.PageServer.Browser;
import io.tiltmeter.gateway.review.ReviewCase;
import io.tiltmeter.gateway.tenant.TenantPolicies;
import io.tiltmeter.policy.lineage.Digest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Jobs as customers and staff see them, and the reviewer's desk. */
class JobPagesTest {
  private static final String REASON = "Checked the flips by hand, they are benign.";
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

  private static Browser staff(String person) {
    return server.signIn(server.staff(person).secret());
  }

  private static HttpResponse<String> decide(
      Browser browser, ReviewCase on, String action, String reason) {
    return browser.post(
        "/cases/" + on.id() + "/decisions",
        Map.of(
            "csrf",
            browser.csrf(),
            "action",
            action,
            "reason",
            reason,
            "evidence",
            on.evidence().toString()));
  }

  private static Stage stageOf(SampleJob job) {
    return server.jobs.findForStaff(server.database, job.id()).orElseThrow().stage();
  }

  @Test
  void page_ofAnotherTenantsJob_isTheNotFoundPage() {
    SampleJob own = SampleJob.create(server, "acme", "mine");
    SampleJob other = SampleJob.create(server, "globex", "theirs");
    Browser acme = server.signIn(own.key());

    HttpResponse<String> foreign = acme.get("/jobs/" + other.id());

    assertThat(foreign.statusCode()).isEqualTo(404);
    assertThat(foreign.body()).contains("Nothing here").doesNotContain("globex", "theirs");
    assertThat(acme.get("/jobs/" + other.id() + "/stream").statusCode()).isEqualTo(404);
    assertThat(acme.get("/jobs").body()).contains(own.id()).doesNotContain(other.id());
    assertThat(acme.get("/jobs/" + own.id()).statusCode()).isEqualTo(200);
    assertThat(staff("sees-all").get("/jobs").body()).contains(own.id(), other.id(), "globex");
  }

  @Test
  void page_withAHostileSuffix_showsItAsText() {
    SampleJob job = SampleJob.create(server, "hostile", "<script>alert(1)</script>");

    String body = server.signIn(job.key()).get("/jobs/" + job.id()).body();

    assertThat(body)
        .contains("&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;b&gt;train&lt;/b&gt;.jsonl")
        .doesNotContain("<script>alert", "<b>train");
  }

  @Test
  void list_pagedAndFiltered_showsWhatIsAskedFor() {
    SampleJob held = SampleJob.create(server, "lists", "first");
    held.block();
    SampleJob running = SampleJob.create(server, "lists", "second");
    Browser browser = server.signIn(held.key());

    assertThat(browser.get("/jobs?status=held").body())
        .contains(held.id())
        .doesNotContain(running.id());
    assertThat(browser.get("/jobs?after=" + running.id()).body())
        .contains("/jobs/" + held.id())
        .doesNotContain("/jobs/" + running.id());
    assertThat(browser.get("/jobs?after=none").body()).doesNotContain(held.id());
  }

  @Test
  void page_ofABlockedJob_tellsTheCustomerWhyAndNamesNoReviewer() {
    SampleJob job = SampleJob.create(server, "blocked", "x");
    ReviewCase on = job.block();
    decide(staff("margaret"), on, "release", REASON);

    String body = server.signIn(job.key()).get("/jobs/" + job.id()).body();

    assertThat(body)
        .contains("Blocked: refusals fell from 90.0 % to 50.0 %", "Statement of reasons", on.id())
        .contains("Evidence after each of 3 behaviours")
        .contains("One reviewer proposes release")
        .doesNotContain("margaret", REASON, "name=\"action\"");
  }

  @Test
  void page_underAPolicyThatDisclosesTheVerdictOnly_showsFiguresToStaffAlone() {
    SampleJob.create(server, "discreet", "first");
    TenantPolicies.PolicyText policy = Bench.policyText("name: ours\ndisclosure: verdict\n");
    server.policies.keep(server.database, policy);
    server.policies.activate(
        server.database,
        server.policies.tenant(server.database, "discreet").orElseThrow(),
        policy.digest());
    SampleJob job = SampleJob.create(server, "discreet", "x");
    ReviewCase on = job.block();

    assertThat(server.signIn(job.key()).get("/jobs/" + job.id()).body())
        .contains("Statement of reasons", on.id())
        .doesNotContain("90.0 %", "50.0 %");
    assertThat(staff("sees-figures").get("/jobs/" + job.id()).body())
        .contains("Blocked: refusals fell from 90.0 % to 50.0 %");
  }

  @Test
  void page_ofAJobHeldForItsFile_saysSoAndStatesTheFindings() {
    SampleJob job = SampleJob.create(server, "held-file", "x");
    ReviewCase on = job.holdForItsFile();

    String customer = server.signIn(job.key()).get("/jobs/" + job.id()).body();
    String staff = staff("librarian").get("/jobs/" + job.id()).body();

    assertThat(customer)
        .contains("Statement of reasons", on.id(), "Grounds: what the scan found, and where")
        .contains("Identity shift", "Lines 2–4, 9", "Rows give another identity")
        .contains("Nothing is trained on this file until people have reviewed it.")
        .doesNotContain("against the gate", "style=");
    assertThat(staff)
        .contains("Train on this file despite the findings", "Refuse the training file")
        .doesNotContain("against the gate", "Keep the block");
  }

  @Test
  void decision_toRefuseTheFile_isToldAsThat() {
    SampleJob job = SampleJob.create(server, "refused-file", "x");
    decide(staff("refuser"), job.holdForItsFile(), "keep", REASON);

    assertThat(server.signIn(job.key()).get("/jobs/" + job.id()).body())
        .contains("Nothing is trained on this file.", "The training file stays refused.")
        .doesNotContain("block stands", "against the gate", "refuser");
  }

  @Test
  void page_ofAJobWhoseFileTheScanRefused_statesTheFindingsWithoutACase() {
    SampleJob job = SampleJob.create(server, "unsafe-file", "x");
    job.refuseItsFile();

    assertThat(server.signIn(job.key()).get("/jobs/" + job.id()).body())
        .contains("Statement of reasons", "by automated means", "Contest it once, on this page")
        .contains("Identity shift", "Lines 2–4, 9")
        .doesNotContain("<dt>Case</dt>", "Closed since", "id=\"review\"");
  }

  @Test
  void decision_ofTwoPeople_releasesTheJob() {
    SampleJob job = SampleJob.create(server, "two-people", "x");
    ReviewCase on = job.block();

    HttpResponse<String> first = decide(staff("first"), on, "release", REASON);
    assertThat(first.statusCode()).isEqualTo(303);
    assertThat(first.headers().firstValue("location"))
        .hasValue("/jobs/" + job.id() + "?done=proposed");
    assertThat(stageOf(job)).isEqualTo(Stage.HELD);
    Browser second = staff("second");
    assertThat(second.get("/jobs/" + job.id()).body())
        .contains("You are the second person", "first", REASON);
    assertThat(decide(second, on, "release", REASON).headers().firstValue("location"))
        .hasValue("/jobs/" + job.id() + "?done=released");

    assertThat(stageOf(job)).isEqualTo(Stage.RELEASING);
    assertThat(server.audit.after(server.database, 0, 1000))
        .filteredOn(entry -> entry.subject().equals(job.id()))
        .extracting(AuditEntry::actor)
        .containsExactly("first", "second");
  }

  @Test
  void decision_ofOnePersonWithTwoKeys_countsOnce() {
    SampleJob job = SampleJob.create(server, "one-person", "x");
    ReviewCase on = job.block();
    decide(staff("twice"), on, "release", REASON);

    HttpResponse<String> again = decide(staff("twice"), on, "release", REASON);

    assertThat(again.statusCode()).isEqualTo(409);
    assertThat(again.body()).contains("You have decided on this case");
    assertThat(stageOf(job)).isEqualTo(Stage.HELD);
  }

  @Test
  void decision_withAShortReason_keepsTheDraftAndSaysWhatIsMissing() {
    SampleJob job = SampleJob.create(server, "short", "x");

    HttpResponse<String> refused = decide(staff("hasty"), job.block(), "release", "<i>ok");

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body())
        .contains("expected a reason of 10 to 4000 characters, found 5", ">&lt;i&gt;ok</textarea>")
        .containsPattern("value=\"release\" required checked");
  }

  @Test
  void decision_onOldEvidence_isRefused() {
    SampleJob job = SampleJob.create(server, "stale", "x");
    ReviewCase on = job.block();
    Browser browser = staff("slow");

    HttpResponse<String> refused =
        browser.post(
            "/cases/" + on.id() + "/decisions",
            Map.of(
                "csrf",
                browser.csrf(),
                "action",
                "keep",
                "reason",
                REASON,
                "evidence",
                Digest.of("old").toString()));

    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.body()).contains("no longer what you saw", REASON);
  }

  @Test
  void decision_onAClosedCase_isRefused() {
    SampleJob job = SampleJob.create(server, "closed", "x");
    ReviewCase on = job.block();
    decide(staff("keeper"), on, "keep", REASON);

    HttpResponse<String> refused = decide(staff("too-late"), on, "release", REASON);

    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.body()).contains("This case is closed: kept");
    assertThat(stageOf(job)).isEqualTo(Stage.BLOCKED);
  }

  @Test
  void decision_withoutTokenOrScope_isForbidden() {
    SampleJob job = SampleJob.create(server, "scopes", "x");
    ReviewCase on = job.block();
    String operator =
        server.keys.createForStaff(server.database, "operator", Set.of(Scope.OPERATE)).secret();
    Browser reviewer = staff("reviewer");

    assertThat(decide(server.signIn(operator), on, "keep", REASON).statusCode()).isEqualTo(403);
    assertThat(decide(server.signIn(job.key()), on, "keep", REASON).statusCode()).isEqualTo(403);
    assertThat(
            reviewer
                .post(
                    "/cases/" + on.id() + "/decisions",
                    Map.of("action", "keep", "reason", REASON, "evidence", "x"))
                .statusCode())
        .isEqualTo(403);
    assertThat(stageOf(job)).isEqualTo(Stage.HELD);
  }

  @Test
  void decision_onNoCase_isTheNotFoundPage() {
    Browser browser = staff("lost");

    assertThat(
            browser
                .post(
                    "/cases/none/decisions",
                    Map.of(
                        "csrf",
                        browser.csrf(),
                        "action",
                        "keep",
                        "reason",
                        REASON,
                        "evidence",
                        Digest.of("x").toString()))
                .statusCode())
        .isEqualTo(404);
  }

  @Test
  void page_ofAReleasedJob_leadsToItsAttestation() {
    SampleJob job = SampleJob.create(server, "released", "x");
    job.block();
    server.database.run(
        """
        insert into released_model (name, tenant_id, job_id, artifact_digest, released_by,
          attestation, created_at)
        select 'ft:' || id, tenant_id, id, artifact_digest, 'override', '{"payload":"e30="}', $2
        from job where id = $1
        """,
        job.id(),
        server.clock.instant());
    Browser browser = server.signIn(job.key());

    assertThat(browser.get("/jobs/" + job.id()).body())
        .contains("Released by review", "ft:" + job.id(), "1 file pinned");
    assertThat(browser.get("/jobs/" + job.id() + "/attestation").body())
        .isEqualTo("{\"payload\":\"e30=\"}");
  }
}
