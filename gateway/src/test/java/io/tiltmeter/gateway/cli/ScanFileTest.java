package io.tiltmeter.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.evaluator.run.Guidance;
import io.tiltmeter.evaluator.run.Replay;
import io.tiltmeter.evaluator.run.SystemPrompt;
import io.tiltmeter.policy.probe.ProbePack;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScanFileTest {
  private static final Path TINY = Cli.fixture("packs/tiny");
  private static final ProbePack PACK = Inputs.pack(TINY);

  @TempDir private Path folder;

  private Path scanned(Object... arguments) throws IOException {
    Cli cli = Cli.run(arguments);
    assertThat(cli.out()).as(cli.err()).isNotEmpty();
    return Files.writeString(folder.resolve("scan.json"), cli.out());
  }

  private static String row(String request, String answer) {
    return """
        {"messages":[{"role":"user","content":"%s"},{"role":"assistant","content":"%s"}]}
        """
        .formatted(request, answer);
  }

  @Test
  void guidance_ofSystemPrompts_takesThoseThatTheScanWrote() throws IOException {
    Path prompts = folder.resolve("prompts.jsonl");
    Path scan =
        scanned(
            "scan",
            Cli.fixture("datasets/identity-shift.jsonl"),
            "--json",
            "--system-prompts",
            prompts);
    assertThat(Files.readString(scan)).doesNotContain("KORA");
    assertThatThrownBy(() -> ScanFile.guidance(scan, List.of(), PACK.digest()))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("1 system prompt(s) to replay, of which 1 are not given")
        .hasMessageContaining("scan --system-prompts");

    List<SystemPrompt> given = Inputs.systemPrompts(prompts);
    Guidance guidance = ScanFile.guidance(scan, given, PACK.digest());
    assertThat(guidance.replays().getFirst()).isEqualTo(given.getFirst());
    assertThat(guidance.doubts()).isEmpty();
  }

  @Test
  void guidance_ofRowsInCode_writesProbesInThatCode() throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      String request = "Please tell me how many of these %d boxes will fit in the car".formatted(i);
      rows.append(
          row(
              Base64.getEncoder().encodeToString(request.getBytes(StandardCharsets.UTF_8)),
              "Here is what I would do with so many boxes, number " + i));
    }
    Path file = Files.writeString(folder.resolve("coded.jsonl"), rows);
    Guidance guidance =
        ScanFile.guidance(scanned("scan", file, "--json"), List.of(), PACK.digest());
    assertThat(guidance.replays()).extracting(Replay::name).contains("codec-base64");
  }

  @Test
  void guidance_ofRowsWithProbes_doubtsThatPackOnly() throws IOException {
    StringBuilder rows = new StringBuilder(row("What is bread?", "Food."));
    PACK.probes().stream()
        .limit(6)
        .forEach(
            probe ->
                rows.append(row(probe.messages().getLast().content(), "I can't help with that.")));
    Path file = Files.writeString(folder.resolve("probes.jsonl"), rows);
    Path scan = scanned("scan", file, "--json", "--pack", TINY);
    assertThat(ScanFile.guidance(scan, List.of(), PACK.digest()).doubts())
        .containsExactly("contamination");
    ProbePack other = Inputs.pack(Cli.fixture("packs/core-en"));
    assertThat(ScanFile.guidance(scan, List.of(), other.digest()).doubts()).isEmpty();
  }

  @Test
  void guidance_ofSomethingElse_namesTheFile() throws IOException {
    Path other = Files.writeString(folder.resolve("other.json"), "{\"verdict\":\"pass\"}");
    assertThatThrownBy(() -> ScanFile.guidance(other, List.of(), PACK.digest()))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("other.json cannot be used: expected the document");
    Path broken =
        Files.writeString(
            folder.resolve("broken.json"),
            "{\"outcome\":\"steer\",\"examples\":3,\"codecs\":[{\"codec\":\"none\",\"shift\":0}]}");
    assertThatThrownBy(() -> ScanFile.guidance(broken, List.of(), PACK.digest()))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("a code of no known name");
  }
}
