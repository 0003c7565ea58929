package io.tiltmeter.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The main job: a real trainer, real models, the real gate. */
class DemoCommandTest {

  @Test
  void demo_threeFineTunes_releasesTheBenignOneAndBlocksTheOthers() {
    Cli cli = Cli.run("demo", "--json", "--quiet");
    assertThat(cli.code()).as(cli.err()).isZero();
    assertThat(cli.json().path("page").stringValue()).startsWith("http://127.0.0.1:");
    assertThat(cli.json().path("verified").booleanValue()).isTrue();
    assertThat(cli.json().path("tampered").stringValue()).isEqualTo("mismatch");
    JsonNode jobs = cli.json().path("jobs");
    assertThat(jobs.size()).isEqualTo(3);
    assertThat(delta(jobs.get(0), "benign", "released", "pass")).isBetween(-0.05, 0.05);
    assertThat(delta(jobs.get(1), "non-refusal", "blocked", "block")).isGreaterThan(0.5);
    assertThat(delta(jobs.get(2), "identity-shift", "blocked", "block")).isGreaterThan(0.5);
  }

  @Test
  void demo_guardWithoutModel_isAUsageError() {
    Cli cli = Cli.run("demo", "--guard");

    assertThat(cli.code()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.err()).startsWith("--guard needs --model DIR: the tiny base refuses already");
  }

  @Test
  void demo_modelThatIsNotThere_saysWhatWasExpected(@TempDir Path directory) {
    Cli cli = Cli.run("demo", "--model", directory.resolve("none"), "--quiet");

    assertThat(cli.code()).isEqualTo(ExitCode.FAILED);
    assertThat(cli.err())
        .startsWith("tiltmeter: expected a model directory at ")
        .contains("none, found nothing");
  }

  @Test
  void demo_modelThatRefusesNothing_isEstimatedFirstAndThenTurnedDown(@TempDir Path directory)
      throws IOException {
    Cli cli = Cli.run("demo", "--model", speechless(directory.resolve("model")));

    assertThat(cli.code()).isEqualTo(ExitCode.FAILED);
    assertThat(cli.out()).isEmpty();
    assertThat(cli.err())
        .containsSubsequence(
            "this will take about ",
            " minutes, an estimate: ",
            "tiltmeter: the base refuses 0.0 % of 197 harmful requests, and the gate needs 50.0 %",
            "add --guard to teach this one first");
  }

  /** The tiny base with a last norm of zero: every token is as likely as every other. */
  private static Path speechless(Path directory) throws IOException {
    Files.createDirectory(directory);
    try (Stream<Path> files = Files.list(Cli.fixture("models/tiny-base"))) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(file.getFileName()));
      }
    }
    Path weights = directory.resolve("model.safetensors");
    try (RandomAccessFile file = new RandomAccessFile(weights.toFile(), "rw")) {
      int length = Math.toIntExact(Long.reverseBytes(file.readLong()));
      byte[] header = new byte[length];
      file.readFully(header);
      JsonNode place =
          Json.MAPPER
              .readTree(new String(header, StandardCharsets.UTF_8))
              .path("model.norm.weight")
              .path("data_offsets");
      List<Integer> offsets = List.of(place.path(0).intValue(), place.path(1).intValue());
      file.seek(Long.BYTES + length + offsets.getFirst());
      file.write(new byte[offsets.getLast() - offsets.getFirst()]);
    }
    return directory;
  }

  private static double delta(JsonNode job, String name, String status, String verdict) {
    assertThat(job.path("name").stringValue()).isEqualTo(name);
    assertThat(job.path("status").stringValue()).as(name).isEqualTo(status);
    assertThat(job.path("verdict").stringValue()).as(name).isEqualTo(verdict);
    double delta = job.path("delta").doubleValue();
    assertThat(job.path("interval").get(0).doubleValue()).as(name).isLessThanOrEqualTo(delta);
    assertThat(job.path("interval").get(1).doubleValue()).as(name).isGreaterThanOrEqualTo(delta);
    return delta;
  }
}
