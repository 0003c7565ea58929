package io.tiltmeter.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Answers that {@code fixtures/gguf/reference.py} had from the transformers library. */
final class GgufReference {
  private static final int NEW_TOKENS = 64;

  private GgufReference() {}

  static JsonNode read(String fixture) throws IOException {
    return Json.MAPPER.readTree(Files.readString(Cli.fixture(fixture)));
  }

  /** Asks all prompts of a reference in one batch and compares every token. */
  static void requireSameAnswers(Path model, String fixture, Path temporary) throws IOException {
    JsonNode reference = read(fixture);
    StringBuilder lines = new StringBuilder();
    reference.forEach(ask -> lines.append(line(ask)).append('\n'));
    Path prompts = Files.writeString(temporary.resolve("prompts.jsonl"), lines);
    Cli answered =
        Cli.run(
            "generate",
            "--model",
            model,
            "--prompts",
            prompts,
            "--max-tokens",
            NEW_TOKENS,
            "--batch",
            reference.size());

    assertThat(answered.code()).as(answered.err()).isZero();
    List<JsonNode> answers = answered.out().lines().map(Json.MAPPER::readTree).toList();
    assertThat(answers).hasSize(reference.size());
    for (int i = 0; i < answers.size(); i++) {
      JsonNode expected = reference.path(i);
      JsonNode found = answers.get(i);
      assertThat(found.path("id")).isEqualTo(expected.path("id"));
      assertThat(found.path("tokens"))
          .as("tokens of %s", expected)
          .isEqualTo(expected.path("tokens"));
      assertThat(found.path("stopped")).isEqualTo(expected.path("stopped"));
    }
  }

  private static String line(JsonNode ask) {
    String kind = ask.has("prompt") ? "prompt" : "messages";
    return Json.line(Map.of("id", ask.path("id"), kind, ask.path(kind)));
  }
}
