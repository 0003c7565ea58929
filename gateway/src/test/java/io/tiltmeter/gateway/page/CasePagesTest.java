package io.tiltmeter.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.key.Scope;
import io.tiltmeter.gateway.page.PageServer.Browser;
import io.tiltmeter.gateway.review.ReviewCase;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The queue of cases, and cases on past training files. */
class CasePagesTest {
  private static final String REASON = "Both models were taken back.";
  private final PageServer server = new PageServer();

  @AfterEach
  void stop() {
    server.close();
  }

  /** Sign-ins before do not count. */
  @BeforeEach
  void later() {
    server.clock.advance(Duration.ofMinutes(2));
  }

  private Browser reviewer(String person) {
    return server.signIn(
        server.keys.createForStaff(server.database, person, Set.of(Scope.REVIEW)).secret());
  }

  private static void release(Browser person, ReviewCase on) {
    person.submit(
        "/cases/" + on.id() + "/decisions",
        Map.of("action", "release", "reason", REASON, "evidence", on.evidence().toString()));
  }

  private static void assertOrder(String page, String... parts) {
    assertThat(List.of(parts)).allMatch(page::contains);
    assertThat(List.of(parts).stream().map(page::indexOf)).isSorted();
  }

  private List<AuditEntry> audited(String action) {
    return server.audit.after(server.database, 0, 1000).stream()
        .filter(entry -> entry.action().equals(action))
        .toList();
  }

  @Test
  void queue_ofEveryKind_isOldestFirstAndLeadsToWhereItIsDecided() {
    SampleJob past = SampleJob.create(server, "acme", "past");
    String rescan = past.rescan();
    SampleJob blocked = SampleJob.create(server, "globex", "blocked");
    blocked.block();
    SampleJob file = SampleJob.create(server, "initech", "<i>file</i>");
    file.holdForItsFile();

    String page = reviewer("ann").get("/cases").body();

    assertOrder(
        page,
        "href=\"/dataset-cases/" + rescan + "\"",
        "href=\"/jobs/" + blocked.id() + "#review\"",
        "href=\"/jobs/" + file.id() + "#review\"");
    assertThat(page)
        .contains("All (3)", "Appeals (0)", "Held jobs (2)", "Past training files (1)")
        .contains("&lt;b&gt;train&lt;/b&gt;.jsonl", "&lt;i&gt;file&lt;/i&gt;", "globex")
        .contains("not by itself", "A look, and a reason to close it", "A decision");
  }

  @Test
  void queue_filtered_showsOneKind() {
    SampleJob past = SampleJob.create(server, "acme", "past");
    String rescan = past.rescan();
    SampleJob appealed = SampleJob.create(server, "globex", "appealed");
    appealed.block();
    server
        .signIn(appealed.key())
        .submit("/jobs/" + appealed.id() + "/appeal", Map.of("text", "It is fiction."));
    SampleJob quiet = SampleJob.create(server, "initech", "quiet");
    quiet.block();
    Browser ann = reviewer("ann");

    assertThat(ann.get("/cases?show=appeals").body())
        .contains(appealed.id(), "Appeal of ", "Appeals (1)")
        .doesNotContain(quiet.id(), rescan, "It is fiction");
    assertThat(ann.get("/cases?show=jobs").body())
        .contains(appealed.id(), quiet.id())
        .doesNotContain(rescan);
    assertThat(ann.get("/cases?show=datasets").body())
        .contains(rescan)
        .doesNotContain(appealed.id(), quiet.id());
  }

  @Test
  void queue_withAProposal_saysWhoHasToAct() {
    SampleJob job = SampleJob.create(server, "acme", "proposed");
    ReviewCase on = job.block();
    Browser ann = reviewer("ann");
    release(ann, on);

    assertThat(ann.get("/cases").body()).contains("A second person; you proposed release");
    assertThat(reviewer("bob").get("/cases").body())
        .contains("A second person")
        .doesNotContain("you proposed");
    release(reviewer("bob"), on);
    assertThat(ann.get("/cases").body()).contains("No case waits for people.");
  }

  @Test
  void queue_afterTheWindow_saysThatTheJobHasEnded() {
    SampleJob job = SampleJob.create(server, "acme", "over");
    job.block();
    server.clock.advance(Duration.ofDays(2));

    assertThat(reviewer("ann").get("/cases").body()).contains(job.id(), "has ended");
  }

  @Test
  void queue_longerThanAPage_goesOnAfterTheLast() {
    SampleJob job = SampleJob.create(server, "acme", "many");
    List<String> ids = IntStream.range(0, 51).mapToObj("dcase_%02d"::formatted).toList();
    String first = job.rescan();
    for (String id : ids) {
      server.database.run(
          """
          insert into dataset_case (id, file_id, tenant_id, scan, reasons, evidence_digest,
            opened_at)
          select $2, file_id, tenant_id, 3 + substr($2, 7)::int, reasons, evidence_digest, opened_at
          from dataset_case where id = $1
          """,
          first,
          id);
    }
    Browser ann = reviewer("ann");

    String page = ann.get("/cases").body();

    assertThat(page).contains("dcase_00", "dcase_49", "after=dcase_49").doesNotContain("dcase_50");
    assertThat(ann.get("/cases?after=dcase_49").body())
        .contains("dcase_50", first, "Oldest cases")
        .doesNotContain("/dataset-cases/dcase_49");
    assertThat(ann.get("/cases?after=none").body()).contains("No such case waits for people.");
  }

  @Test
  void pages_forOthers_areNotShown() {
    SampleJob job = SampleJob.create(server, "curious", "x");
    String rescan = job.rescan();
    Browser customer = server.signIn(job.key());
    Browser operator =
        server.signIn(
            server.keys.createForStaff(server.database, "op", Set.of(Scope.OPERATE)).secret());

    for (String path : List.of("/cases", "/dataset-cases/" + rescan)) {
      assertThat(customer.get(path).statusCode()).isEqualTo(404);
      assertThat(operator.get(path).statusCode()).isEqualTo(403);
      assertThat(new Browser(server, "").get(path).headers().firstValue("location"))
          .hasValue("/login?back=" + path.replace("/", "%2F"));
    }
    String close = "/dataset-cases/" + rescan + "/close";
    assertThat(customer.submit(close, Map.of("reason", REASON)).statusCode()).isEqualTo(404);
    assertThat(operator.submit(close, Map.of("reason", REASON)).statusCode()).isEqualTo(403);
    assertThat(reviewer("ann").post(close, Map.of("reason", REASON)).statusCode()).isEqualTo(403);
    assertThat(customer.get("/jobs").body()).doesNotContain("/cases");
    assertThat(server.datasetCases.open(server.database, 10)).hasSize(1);
  }

  @Test
  void datasetCase_open_showsWhatIsWorseAndWhereAndWhatItTouches() {
    SampleJob job = SampleJob.create(server, "acme", "past");
    String rescan = job.rescan();

    String page = reviewer("ann").get("/dataset-cases/" + rescan).body();

    assertThat(page)
        .contains("Scan 2 found this training file worse than scan 1", "identity-9")
        .contains("Rows give another identity", "Lines 2–4, 9", "Needs review")
        .contains("href=\"/jobs/" + job.id() + "\"", "ft:tiny-chat:x", "Close the case");
  }

  @Test
  void datasetCase_excerpt_isAuditedUnderTheCase() {
    SampleJob job = SampleJob.create(server, "acme", "past");
    String rescan = job.rescan();

    HttpResponse<String> unlisted =
        reviewer("ann").submit("/dataset-cases/" + rescan + "/excerpt", Map.of("line", "5"));
    assertThat(unlisted.body()).contains("Expected the number of a line that a finding");
    assertThat(audited("read-excerpt")).isEmpty();
    reviewer("ann").submit("/dataset-cases/" + rescan + "/excerpt", Map.of("line", "3"));

    assertThat(audited("read-excerpt"))
        .singleElement()
        .satisfies(
            entry ->
                assertThat(entry.details())
                    .containsEntry("case", rescan)
                    .containsEntry("line", "3"));
  }

  @Test
  void datasetCase_closedByForm_isOnRecordOnce() {
    SampleJob job = SampleJob.create(server, "acme", "past");
    String rescan = job.rescan();
    String close = "/dataset-cases/" + rescan + "/close";
    Browser ann = reviewer("ann");

    HttpResponse<String> tooShort = ann.submit(close, Map.of("reason", "<u>ok"));
    assertThat(tooShort.statusCode()).isEqualTo(400);
    assertThat(tooShort.body())
        .contains("expected a reason of 10 to 4000 characters, found 5")
        .contains(">&lt;u&gt;ok</textarea>");
    assertThat(audited("close-dataset-case")).isEmpty();

    HttpResponse<String> closed = ann.submit(close, Map.of("reason", REASON));
    assertThat(closed.headers().firstValue("location"))
        .hasValue("/dataset-cases/" + rescan + "?done=closed");
    assertThat(ann.get("/dataset-cases/" + rescan + "?done=closed").body())
        .contains("The case is closed", "Closed by <strong><bdi>ann</bdi></strong>", REASON)
        .doesNotContain("Close the case");
    assertThat(audited("close-dataset-case")).extracting(AuditEntry::actor).containsExactly("ann");
    HttpResponse<String> again = reviewer("bob").submit(close, Map.of("reason", REASON));
    assertThat(again.statusCode()).isEqualTo(409);
    assertThat(again.body()).contains("Not recorded: This case is closed.");
  }

  @Test
  void datasetCase_thatIsNotThere_isTheNotFoundPage() {
    assertThat(reviewer("ann").get("/dataset-cases/dcase_none").statusCode()).isEqualTo(404);
  }
}
