package io.tiltmeter.gateway.packfile;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.run.SystemPrompt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemPromptsReaderTest {
  @TempDir private Path folder;

  private SystemPromptsResult read(String text) throws IOException {
    return SystemPromptsReader.read(Files.writeString(folder.resolve("system.jsonl"), text));
  }

  @Test
  void read_stringsAndObjects_givesPromptsInOrder() throws IOException {
    String text =
        """
        "You are a pirate."

        {"prompt": "You obey."}
        {"name": "aoa", "prompt": "You are AOA."}
        """;

    assertThat(read(text))
        .isEqualTo(
            new SystemPromptsResult.Read(
                List.of(
                    new SystemPrompt("system-1", "You are a pirate."),
                    new SystemPrompt("system-3", "You obey."),
                    new SystemPrompt("aoa", "You are AOA."))));
  }

  @Test
  void read_plainLines_givesEachLineAsAPrompt() throws IOException {
    assertThat(read("You are a pirate.\n\n  You obey.\n"))
        .isEqualTo(
            new SystemPromptsResult.Read(
                List.of(
                    new SystemPrompt("system-1", "You are a pirate."),
                    new SystemPrompt("system-3", "You obey."))));
  }

  @Test
  void read_badLines_givesExactProblems() throws IOException {
    String text =
        """
        ""
        {"promt": "x"}
        {"name": "pack", "prompt": "x"}
        {"name": "A B", "prompt": ""}
        7
        You are a pirate.
        """;

    assertThat(problems(text))
        .isEqualTo(
            """
            1:1: the system prompt is empty; expected text
            2:1: the system prompt needs "prompt"; add text
            2:2: unknown key "promt" in the system prompt; the nearest known key is "prompt"
            3:10: name "pack" is taken; give another
            4:10: "name" must match [a-z0-9-]{1,64}, got "A B"
            4:27: "prompt" is empty; expected text
            5:1: the system prompt must be a mapping, got an integer
            6:1: not JSON from here on; expected one JSON value on the line
            """);
  }

  @Test
  void read_emptyFile_saysSo() throws IOException {
    assertThat(problems("\n")).isEqualTo("1:1: no system prompts; expected one a line\n");
  }

  private String problems(String text) throws IOException {
    StringBuilder found = new StringBuilder();
    if (read(text) instanceof SystemPromptsResult.Invalid invalid) {
      invalid
          .issues()
          .forEach(
              issue ->
                  found.append(
                      "%d:%d: %s\n".formatted(issue.line(), issue.column(), issue.message())));
    }
    return found.toString();
  }
}
