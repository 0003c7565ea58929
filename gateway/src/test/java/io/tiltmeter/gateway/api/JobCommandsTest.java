package io.tiltmeter.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.cli.ExitCode;
import io.tiltmeter.gateway.cli.TiltmeterCommand;
import io.tiltmeter.gateway.http.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands by which customers see and cancel their jobs. */
class JobCommandsTest {
  private static ApiServer server;
  private static Path acme;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    server = ApiServer.start(folder.resolve("blobs"));
    acme = Files.writeString(folder.resolve("acme"), server.acme + "\n");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private record Ran(int code, String out, String err) {}

  private static Ran run(String... words) {
    List<String> all = new ArrayList<>(List.of("jobs"));
    all.addAll(List.of(words));
    all.addAll(
        List.of("--url", "http://127.0.0.1:" + server.port(), "--key-file", acme.toString()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        TiltmeterCommand.run(
            new PrintWriter(out), new PrintWriter(err), all.toArray(String[]::new));
    return new Ran(code, out.toString(), err.toString());
  }

  @Test
  void list_withJson_isWhatTheApiSays() {
    AcmeJob job = AcmeJob.create(server, "listed");
    Ran ran = run("list", "--limit", "1", "--json");

    assertThat(ran.code()).isEqualTo(ExitCode.OK);
    assertThat(Json.own(ran.out()).path("data").path(0)).isEqualTo(job.read());
    assertThat(run("list").out()).contains(job.id(), "validating_files", "scanning");
    assertThat(run("list", "--metadata", "team=a b&c").out()).isEqualTo("No job.\n");
    assertThat(run("list", "--after", "ftjob-none").out()).isEqualTo("No job.\n");
  }

  @ParameterizedTest
  @CsvSource({"released,,0", "blocked,,3", "held,block,4", "failed,,0", "training,,0"})
  void get_ofAJob_endsAsItStands(String stage, String heldFor, int code) {
    AcmeJob job = AcmeJob.create(server, "get-" + stage).in(stage, heldFor == null ? "" : heldFor);
    Ran ran = run("get", job.id());

    assertThat(ran.code()).isEqualTo(code);
    assertThat(ran.out()).startsWith("%s of %s: ".formatted(job.id(), ApiServer.BASE));
  }

  @Test
  void cancel_ofAJob_isDoneOnceAndRefusedThen() {
    AcmeJob job = AcmeJob.create(server, "cancelled");

    assertThat(run("cancel", job.id()).code()).isEqualTo(ExitCode.OK);
    Ran again = run("cancel", job.id());
    assertThat(again.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(again.err())
        .isEqualTo(
            "tiltmeter: Job %s can no longer be cancelled: it is cancelled.\n".formatted(job.id()));
  }

  @Test
  void get_ofNoJob_couldNotBeDone() {
    Ran ran = run("get", "ftjob-none");

    assertThat(ran.code()).isEqualTo(ExitCode.FAILED);
    assertThat(ran.err()).isEqualTo("tiltmeter: No such fine-tuning job: ftjob-none\n");
  }

  @Test
  void list_withALimitThatIsNone_saysWhatIsExpected() {
    Ran ran = run("list", "--limit", "0");

    assertThat(ran.code()).isEqualTo(ExitCode.FAILED);
    assertThat(ran.err())
        .isEqualTo(
            "tiltmeter: Invalid value for 'limit': expected a whole number from 1 to 100.\n");
  }
}
