package io.tiltmeter.gateway.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.cli.ExitCode;
import io.tiltmeter.gateway.cli.TiltmeterCommand;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.key.Scope;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The commands by which staff sees cases, appeals included. */
class CaseCommandsTest {
  private static OpsServer server;
  private static Path ann;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    server = new OpsServer();
    server.bench.base(new Manifest(List.of(new PinnedFile("config.json", 2, Digest.of("{}")))));
    ann =
        Files.writeString(
            folder.resolve("ann"),
            server
                .bench
                .keys
                .createForStaff(server.bench.database, "ann", Set.of(Scope.REVIEW))
                .secret());
    server.bench.scanning("ftjob-1");
    openCase();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void openCase() {
    server.bench.database.run(
        """
        insert into review_case (id, job_id, tenant_id, kind, reasons, evidence_digest, opened_at)
        select 'case_1', id, tenant_id, 'block', '{}', $1, $2 from job
        """,
        Digest.of("evidence").toString(),
        server.bench.clock.instant());
    server.bench.database.run(
        """
        insert into appeal (id, case_id, job_id, tenant_id, key_id, text, created_at)
        select 'appeal_1', 'case_1', id, tenant_id, created_by, $1, $2 from job
        """,
        "first line\n\u001b[2Jsecond",
        server.bench.clock.instant());
  }

  private record Ran(int code, String out, String err) {}

  private static Ran run(String... words) {
    List<String> all = new ArrayList<>(List.of("cases"));
    all.addAll(List.of(words));
    all.addAll(List.of("--url", server.url(), "--key-file", ann.toString()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        TiltmeterCommand.run(
            new PrintWriter(out), new PrintWriter(err), all.toArray(String[]::new));
    return new Ran(code, out.toString(), err.toString());
  }

  @Test
  void list_andShow_ofAnOpenCase_giveTheAppealOnOneLine() {
    assertThat(run("list").code()).isEqualTo(ExitCode.OK);
    assertThat(run("list").out()).contains("case_1", "block", "ftjob-1", "yes");
    Ran shown = run("show", "case_1");

    assertThat(shown.code()).isEqualTo(ExitCode.UNDECIDED);
    assertThat(shown.out())
        .startsWith("case_1 on ftjob-1, block: open\n")
        .contains("appeal   first line / ?[2Jsecond\n");
  }

  @Test
  void show_withJson_givesTheAppealAsItIs() {
    JsonNode appeal = Json.own(run("show", "case_1", "--json").out()).path("appeal");

    assertThat(appeal.path("id").asString()).isEqualTo("appeal_1");
    assertThat(appeal.path("text").asString()).isEqualTo("first line\n\u001b[2Jsecond");
  }

  @Test
  void show_ofNoCase_couldNotBeDone() {
    Ran ran = run("show", "case_none");

    assertThat(ran.code()).isEqualTo(ExitCode.FAILED);
    assertThat(ran.err()).isEqualTo("tiltmeter: No such case: case_none\n");
  }
}
