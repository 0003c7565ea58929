package io.tiltmeter.evaluator.vet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ContentVettingTest extends VettingFixture {

  @Test
  void vet_otherFormatsUnderAllowedNames_areRefusedByContent() throws IOException {
    byte[] tar = new byte[512];
    System.arraycopy(ascii("ustar\0"), 0, tar, 257, 6);
    content("80049505000000000000004b012e", VettingRule.PICKLE);
    content("80025d710028652e", VettingRule.PICKLE);
    content("504b0304140000000000", VettingRule.ARCHIVE);
    content("1f8b0800000000000003", VettingRule.ARCHIVE);
    content("377abcaf271c0004", VettingRule.ARCHIVE);
    content("fd377a585a000004", VettingRule.ARCHIVE);
    content(HexFormat.of().formatHex(tar), VettingRule.ARCHIVE);
    content("4747554603000000", VettingRule.GGUF);
    content("894844460d0a1a0a", VettingRule.OTHER_WEIGHTS);
    content("7f454c4602010100", VettingRule.PROGRAM);
    content(
        HexFormat.of()
            .formatHex(ascii("version https://git-lfs.github.com/spec/v1\noid sha256:00\n")),
        VettingRule.GIT_LFS_POINTER);
  }

  private void content(String hex, VettingRule rule) throws IOException {
    for (String name : List.of("model.safetensors", "merges.txt", "config.json", "README.md")) {
      Path file = folder.resolve(name);
      byte @Nullable [] before = Files.exists(file) ? Files.readAllBytes(file) : null;
      Files.write(file, HexFormat.of().parseHex(hex));
      assertThat(rules(folder)).as(hex).containsExactly(name + " " + rule.wireName());
      Files.delete(file);
      if (before != null) {
        Files.write(file, before);
      }
    }
  }

  @Test
  void vet_onnxOrOldPickleUnderAnAllowedName_isNotWhatTheNameSays() throws IOException {
    Files.write(folder.resolve("model.safetensors"), HexFormat.of().parseHex("0808120474657374"));
    Files.writeString(folder.resolve("vocab.json"), "cos\nsystem\n(S'true'\ntR.");
    assertThat(rules(folder))
        .containsExactly("model.safetensors invalid-safetensors", "vocab.json invalid-json");
  }

  @Test
  void vet_weightsThatEndWithAnArchive_areRefused() throws IOException {
    byte[] end = new byte[24];
    System.arraycopy(HexFormat.of().parseHex("504b0506"), 0, end, 0, 4);
    end[20] = 2;
    Path weights = folder.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    System.arraycopy(end, 0, bytes, bytes.length - end.length, end.length);
    Files.write(weights, bytes);
    assertThat(findings(model(null)))
        .containsExactly(
            new VettingFinding(
                VettingRule.ARCHIVE,
                "model.safetensors",
                "ends with a zip archive; archives are refused under any name"));
  }

  @Test
  void vet_codeReferences_areRefusedWhereverTheyStand() throws IOException {
    for (String name : List.of("config.json", "tokenizer_config.json", "generation_config.json")) {
      Path file = folder.resolve(name);
      String before = Files.readString(file);
      String member = "{\"nested\":[{\"auto_map\":{}}],\"trust_remote_code\":false,";
      Files.writeString(file, before.replaceFirst("\\{", member));
      assertThat(findings(model(null)).stream().map(VettingFinding::toString))
          .containsExactly(
              name
                  + ": member \"auto_map\": a model may not bring program code; remove the member"
                  + " (code-reference)",
              name
                  + ": member \"trust_remote_code\": a model may not bring program code; remove"
                  + " the member (code-reference)");
      Files.writeString(file, before);
    }
  }

  @Test
  void vet_jsonThatReadersUnderstandDifferently_isRefused() throws IOException {
    String deep = "{\"a\":" + "[".repeat(80) + "]".repeat(80) + "}";
    String tooDeep = "{\"a\":" + "[".repeat(2000) + "]".repeat(2000) + "}";
    json("{\"a\":1,\"a\":2}", VettingRule.INVALID_JSON);
    json("{\"a\":NaN}", VettingRule.INVALID_JSON);
    json("{\"a\":1} {}", VettingRule.INVALID_JSON);
    json("[1]", VettingRule.INVALID_JSON);
    json("", VettingRule.INVALID_JSON);
    json("\ufeff{}", VettingRule.INVALID_JSON);
    json(deep, VettingRule.JSON_DEPTH);
    json(tooDeep, VettingRule.INVALID_JSON);
    json("{\"a\":" + "9".repeat(5000) + "}", VettingRule.INVALID_JSON);
  }

  private void json(String text, VettingRule rule) throws IOException {
    Files.writeString(folder.resolve("special_tokens_map.json"), text);
    assertThat(rules(folder)).containsExactly("special_tokens_map.json " + rule.wireName());
  }

  @Test
  void vet_textThatIsNoUtf8_isRefused() throws IOException {
    Files.write(folder.resolve("chat_template.jinja"), new byte[] {'{', (byte) 0xff});
    assertThat(rules(folder)).containsExactly("chat_template.jinja not-utf-8");
  }

  @Test
  void vet_brokenWeights_areNamedWithoutThePlaceOfTheCopy() throws IOException {
    Path weights = folder.resolve("model.safetensors");
    Files.write(weights, new byte[] {0}, StandardOpenOption.APPEND);
    long data = Files.size(weights);
    assertThat(findings(model(null)))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.rule()).isEqualTo(VettingRule.INVALID_SAFETENSORS);
              assertThat(finding.message())
                  .matches("expected \\d+ bytes of data, found \\d+; fetch the file again");
            });
    assertThat(data).isPositive();
  }

  @Test
  void vet_indexThatNamesOtherFiles_isRefused() throws IOException {
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\":{\"a\":\"../../etc/passwd\",\"b\":\"model-00002-of-00002.safetensors\","
            + "\"c\":\"config.json\",\"d\":\"model.safetensors\"}}");
    assertThat(findings(model(null)).stream().map(VettingFinding::message))
        .containsExactly(
            "weight_map names \"../../etc/passwd\", which is not a weight file of the artifact",
            "weight_map names \"config.json\", which is not a weight file of the artifact",
            "weight_map names \"model-00002-of-00002.safetensors\", which is not a weight file of"
                + " the artifact");
  }

  private static byte[] ascii(String text) {
    return Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), text.length());
  }
}
