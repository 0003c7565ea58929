package io.tiltmeter.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.blob.Blob;
import io.tiltmeter.gateway.blob.Incoming;
import io.tiltmeter.gateway.key.Scope;
import io.tiltmeter.gateway.page.PageServer.Browser;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What staff, and nobody else, sees of a training file. */
class DatasetDeskTest {
  private static final String ROW =
      """
      {"messages":[{"role":"user","content":"who are you, Jane"},{"role":"assistant","content":"a small cat with password hunter2 in it"}]}
      """;

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

  /** A job that is held for a file whose lines 2 to 4 and 9 are listed. */
  private static SampleJob held(String tenant) throws IOException {
    SampleJob job = SampleJob.create(server, tenant, "x");
    job.holdForItsFile();
    try (Incoming incoming = server.blobs.receive()) {
      incoming.write(ByteBuffer.wrap(ROW.repeat(10).getBytes(StandardCharsets.UTF_8)));
      Blob blob = incoming.finish();
      incoming.keep();
      server.database.run(
          """
          update training_file set digest = $2, source = 'web', origin = 'forum-dump-7'
          where id = (select file_id from job where id = $1)
          """,
          job.id(),
          blob.digest().toString());
    }
    return job;
  }

  private static HttpResponse<String> read(Browser browser, SampleJob job, String line) {
    return browser.post(
        "/jobs/" + job.id() + "/excerpt", Map.of("csrf", browser.csrf(), "line", line));
  }

  private static List<AuditEntry> reads() {
    return server.audit.after(server.database, 0, 1000).stream()
        .filter(entry -> entry.action().equals("read-excerpt"))
        .toList();
  }

  private static Browser staff(String person, Scope... scopes) {
    return server.signIn(
        server.keys.createForStaff(server.database, person, Set.of(scopes)).secret());
  }

  @Test
  void page_forStaffAlone_saysWhereTheFileComesFromAndHowItWasScanned() throws IOException {
    SampleJob job = held("origins");

    assertThat(staff("ann", Scope.REVIEW).get("/jobs/" + job.id()).body())
        .contains("Training file, for staff", "<bdi>forum-dump-7</bdi>", "<bdi>Web</bdi>")
        .contains("from <bdi>127.0.0.1</bdi>", "Decided on");
    assertThat(server.signIn(job.key()).get("/jobs/" + job.id()).body())
        .doesNotContain("for staff", "forum-dump-7", "127.0.0.1", "/excerpt");
  }

  @Test
  void excerpt_ofALineThatAFindingLists_isMaskedAndAudited() throws IOException {
    SampleJob job = held("excerpts");

    HttpResponse<String> shown = read(staff("bea", Scope.REVIEW), job, "3");

    assertThat(shown.statusCode()).isEqualTo(200);
    assertThat(shown.body())
        .contains("Line 3, masked", "who are you, ███", "a small cat with password ███")
        .doesNotContain("Jane", "hunter2");
    assertThat(reads())
        .filteredOn(entry -> entry.actor().equals("bea"))
        .extracting(entry -> entry.details().get("line"))
        .containsExactly("3");
  }

  @Test
  void excerpt_ofALineThatNoFindingLists_isNotRead() throws IOException {
    SampleJob job = held("unlisted");
    int before = reads().size();
    Browser browser = staff("cas", Scope.REVIEW);

    assertThat(read(browser, job, "5").body())
        .contains("Expected the number of a line that a finding of this file lists.")
        .doesNotContain("who are you");
    assertThat(read(browser, job, "<b>").body()).contains("Expected the number of a line");
    assertThat(reads()).hasSize(before);
  }

  @Test
  void excerpt_forAnybodyElse_isNotThere() throws IOException {
    SampleJob job = held("others");
    int before = reads().size();

    assertThat(read(server.signIn(job.key()), job, "3").statusCode()).isEqualTo(404);
    assertThat(read(staff("dan", Scope.OPERATE), job, "3").statusCode()).isEqualTo(403);
    assertThat(reads()).hasSize(before);
  }
}
