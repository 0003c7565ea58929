package io.tiltmeter.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiltmeter.evaluator.text.ChatTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The weights of a real model; CI fetches them. */
class SmolLmImportTest {
  private static final String VARIABLE = "TILTMETER_SMOLLM2_GGUF";

  @TempDir private static Path temporary;
  private static Path model = Path.of("");
  private static Cli imported = new Cli(-1, "", "");

  @BeforeAll
  static void importOnce() {
    String weights = System.getenv(VARIABLE);
    assumeTrue(
        weights != null, "%s does not name SmolLM2-135M-Instruct.Q4_1.gguf".formatted(VARIABLE));
    model = temporary.resolve("model");
    imported = Cli.run("model", "import", String.valueOf(weights), model, "--json", "--quiet");
    assertThat(imported.code()).as(imported.err()).isZero();
  }

  @Test
  void import_ofARealModel_countsItsParameters() {
    assertThat(imported.json().path("parameters").asLong(0)).isEqualTo(134_515_008);
  }

  @Test
  void tokenizer_ofARealModel_givesTheIdsOfTransformers() throws IOException {
    try (ChatTokenizer tokenizer = ChatTokenizer.open(model)) {
      for (JsonNode line : GgufReference.read("gguf/tokens.json")) {
        List<Integer> ids = new ArrayList<>();
        line.path("ids").forEach(id -> ids.add(id.intValue()));
        assertThat(tokenizer.encodeRaw(line.path("text").stringValue()))
            .as("ids of %s", line.path("text"))
            .isEqualTo(ids);
      }
    }
  }

  @Test
  void generate_withARealModel_answersAsTransformers() throws IOException {
    GgufReference.requireSameAnswers(model, "gguf/generations.json", temporary);
  }
}
