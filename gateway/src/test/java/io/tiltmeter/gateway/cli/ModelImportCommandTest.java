package io.tiltmeter.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** GGUF files against what the transformers library makes of them. */
class ModelImportCommandTest {
  private static final Path TINY = Cli.fixture("gguf/tiny.gguf");

  @TempDir private Path temporary;

  @Test
  void import_ofEveryBlockType_answersAsTransformers() throws IOException {
    Path model = temporary.resolve("model");
    assertThat(Cli.run("model", "import", TINY, model, "--quiet").code()).isZero();

    GgufReference.requireSameAnswers(model, "gguf/tiny.json", temporary);
  }

  @Test
  void import_withJson_namesEveryFile() throws IOException {
    Path model = temporary.resolve("model");
    Cli imported = Cli.run("model", "import", TINY, model, "--json");

    assertThat(imported.code()).as(imported.err()).isZero();
    assertThat(imported.json().path("architecture").asString("")).isEqualTo("llama");
    assertThat(imported.json().path("parameters").asLong(0)).isEqualTo(96_064);
    List<String> names = new ArrayList<>();
    for (JsonNode file : imported.json().path("files")) {
      Path path = model.resolve(file.path("path").asString(""));
      names.add(file.path("path").asString(""));
      assertThat(file.path("size").asLong(0)).isEqualTo(Files.size(path));
      assertThat(file.path("sha256").asString(""))
          .isEqualTo(Digest.of(Files.readAllBytes(path)).hex());
    }
    assertThat(names)
        .containsExactly(
            "chat_template.jinja",
            "config.json",
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json");
    assertThat(model).isDirectoryNotContaining(file -> !names.contains(file.toFile().getName()));
  }

  @Test
  void import_withoutJson_printsATable() {
    Cli imported = Cli.run("model", "import", TINY, temporary.resolve("model"));

    assertThat(imported.out())
        .startsWith("llama, 96,064 parameters\nfile ")
        .containsPattern("\nmodel\\.safetensors +343,896  [0-9a-f]{64}\n");
  }

  @Test
  void import_ofADamagedFile_saysWhyAndLeavesNothing() throws IOException {
    byte[] bytes = Files.readAllBytes(TINY);
    Path damaged = temporary.resolve("damaged.gguf");
    Files.write(damaged, Arrays.copyOf(bytes, bytes.length - 64));
    Path model = temporary.resolve("model");
    Cli refused = Cli.run("model", "import", damaged, model);

    assertThat(refused.code()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err())
        .matches(
            "tiltmeter: .*damaged\\.gguf: tensor \"blk\\.1\\.ffn_down\\.weight\": expected 6528 bytes from"
                + " byte \\d+ on, found a file of %d bytes; fetch or convert the file again\n"
                    .formatted(bytes.length - 64));
    assertThat(temporary).isDirectoryContaining(damaged::equals);
    assertThat(temporary).isDirectoryNotContaining(file -> !file.equals(damaged));
  }
}
