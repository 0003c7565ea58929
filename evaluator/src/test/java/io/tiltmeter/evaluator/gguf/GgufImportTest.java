package io.tiltmeter.evaluator.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.evaluator.checkpoint.Checkpoint;
import io.tiltmeter.evaluator.checkpoint.CheckpointReader;
import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.evaluator.checkpoint.Rope;
import io.tiltmeter.evaluator.gguf.TestGguf.Tensor;
import io.tiltmeter.evaluator.text.ChatTokenizer;
import io.tiltmeter.evaluator.vet.Artifact;
import io.tiltmeter.evaluator.vet.ArtifactVetting;
import io.tiltmeter.evaluator.vet.VettingLimits;
import io.tiltmeter.evaluator.vet.VettingResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What metadata becomes, and what is refused; answers of imported models are tested at the CLI. */
class GgufImportTest {
  private static final String CONVERT = "; convert the model again";
  private static final String PLAIN = "; only plain Llama models can be imported";

  @TempDir Path temporary;
  private Path file = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void place() {
    file = temporary.resolve("model.gguf");
    out = temporary.resolve("out");
  }

  private ImportedModel run(TestGguf gguf) throws IOException {
    return GgufImport.run(gguf.write(file), out, (_, _) -> {});
  }

  private void requireRefused(TestGguf gguf, String message) throws IOException {
    gguf.write(file);
    assertThatThrownBy(() -> GgufImport.run(file, out, (_, _) -> {}))
        .isInstanceOf(ModelException.class)
        .hasMessage("%s: %s", file, message);
    assertThat(temporary.toFile().list()).containsExactly("model.gguf");
  }

  @Test
  void run_ofAPlainModel_makesACheckpointThatPassesVetting() throws IOException {
    ImportedModel model = run(TestGguf.llama());
    Checkpoint checkpoint = CheckpointReader.read(out);

    assertThat(model.parameters()).isEqualTo(9 * 32 + 4 * 32 * 32 + 3 * 48 * 32 - 32);
    assertThat(checkpoint.config().hidden()).isEqualTo(32);
    assertThat(checkpoint.config().kvHeads()).isEqualTo(2);
    assertThat(checkpoint.config().headDim()).isEqualTo(16);
    assertThat(checkpoint.config().rope()).isEqualTo(Rope.plain(10_000, 16));
    assertThat(checkpoint.config().rmsNormEps()).isEqualTo(1e-6f);
    assertThat(checkpoint.config().tiedEmbeddings()).isTrue();
    assertThat(checkpoint.config().eosTokenIds()).containsExactly(0);
    ArtifactVetting vetting =
        new ArtifactVetting(Files.createDirectory(temporary.resolve("s")), VettingLimits.DEFAULT);
    assertThat(vetting.vet(new Artifact.Model(out, null))).isInstanceOf(VettingResult.Pinned.class);
  }

  @Test
  void run_withTokensAround_addsThemToRawTextOnly() throws IOException {
    run(
        TestGguf.llama()
            .with("tokenizer.ggml.add_bos_token", true)
            .with("tokenizer.ggml.bos_token_id", 3)
            .with("tokenizer.ggml.add_eos_token", true));
    try (ChatTokenizer tokenizer = ChatTokenizer.open(out)) {
      assertThat(tokenizer.encodeRaw("abba<end>")).containsExactly(3, 4, 2, 1, 0, 0);
    }
  }

  @Test
  void run_eachKnownPreTokenizer_isUnderstood() throws IOException {
    for (String pre : List.of("gpt-2", "smollm", "llama-bpe", "qwen2")) {
      out = temporary.resolve(pre);
      run(TestGguf.llama().with("tokenizer.ggml.pre", pre));
      try (ChatTokenizer tokenizer = ChatTokenizer.open(out)) {
        assertThat(tokenizer.encodeRaw("cab")).as(pre).containsExactly(3, 4);
      }
    }
  }

  @Test
  void run_withAnEndOfTurn_stopsAtBoth() throws IOException {
    run(TestGguf.llama().with("tokenizer.ggml.eot_token_id", 3));
    assertThat(CheckpointReader.read(out).config().eosTokenIds()).containsExactlyInAnyOrder(0, 3);
  }

  @Test
  void run_intoOccupiedPlaces_isRefused() throws IOException {
    TestGguf.llama().write(file);
    Path link = Files.createSymbolicLink(temporary.resolve("link"), temporary.resolve("nowhere"));
    Path text = Files.writeString(temporary.resolve("text"), "");
    for (var place :
        Map.of(temporary, "files", link, "a symbolic link", text, "a file").entrySet()) {
      assertThatThrownBy(() -> GgufImport.run(file, place.getKey(), (_, _) -> {}))
          .hasMessage(
              "%s: expected a new or empty directory, found %s; give another",
              place.getKey(), place.getValue());
    }
  }

  @Test
  void run_otherArchitectures_areRefusedByName() throws IOException {
    requireRefused(
        TestGguf.llama().with("general.architecture", "qwen2"),
        "general.architecture: expected \"llama\", found \"qwen2\"" + PLAIN);
    requireRefused(
        TestGguf.llama().with("llama.expert_count", 8),
        "llama.expert_count: expected the whole number 0, found the whole number 8" + PLAIN);
    requireRefused(
        TestGguf.llama().with("llama.rope.scaling.type", "yarn"),
        "llama.rope.scaling.type: expected the text \"none\", found the text \"yarn\"" + PLAIN);
    requireRefused(
        TestGguf.llama().with("llama.attention.clamp_kqv", 1f),
        "llama.attention.clamp_kqv: expected no such key, found the number 1.0" + PLAIN);
    requireRefused(
        TestGguf.llama().with("llama.rope.dimension_count", 8),
        "llama.rope.dimension_count: expected 16, the width of a head, found 8" + PLAIN);
    requireRefused(
        TestGguf.llama().with("split.count", 2),
        "split.count: expected a whole model, found one of 2 parts" + CONVERT);
  }

  @Test
  void run_numbersThatCannotBe_areRefused() throws IOException {
    requireRefused(
        TestGguf.llama().with("llama.attention.head_count", 0),
        "llama.attention.head_count: expected a whole number from 1 to 1048576, found the number 0"
            + CONVERT);
    requireRefused(
        TestGguf.llama().without("llama.block_count"),
        "llama.block_count: expected a whole number from 1 to 1000, found nothing" + CONVERT);
    requireRefused(
        TestGguf.llama().with("llama.attention.head_count", 3),
        "llama.attention.head_count: expected a divisor of 32, found 3" + CONVERT);
    requireRefused(
        TestGguf.llama().with("llama.attention.head_count_kv", 3),
        "llama.attention.head_count_kv: expected a divisor of 2, found 3" + CONVERT);
    requireRefused(
        TestGguf.llama().with("llama.attention.layer_norm_rms_epsilon", Float.NaN),
        "llama.attention.layer_norm_rms_epsilon: expected a number above 0, found the number NaN"
            + CONVERT);
    requireRefused(
        TestGguf.llama().with("tokenizer.ggml.eos_token_id", 5),
        "tokenizer.ggml.eos_token_id: expected a whole number from 0 to 4, found the whole number 5"
            + CONVERT);
    requireRefused(
        TestGguf.llama().with("llama.vocab_size", 6),
        "llama.vocab_size: expected 5, the rows of the embedding, found 6" + CONVERT);
  }

  @Test
  void run_tensorsMissingSuperfluousOrOfAnotherShape_areRefused() throws IOException {
    TestGguf missing = TestGguf.llama();
    missing.tensors.removeIf(tensor -> tensor.name().contains("attn_v"));
    requireRefused(missing, "expected tensor blk.0.attn_v.weight, found none" + CONVERT);
    TestGguf more = TestGguf.llama();
    more.tensors.add(Tensor.of("rope_freqs.weight", 8));
    requireRefused(
        more,
        "expected the weights of a plain Llama model, found tensor \"rope_freqs.weight\"; scaled"
            + " rotary positions cannot be run yet");
    requireRefused(
        TestGguf.llama().with("llama.feed_forward_length", 64),
        "tensor blk.0.ffn_gate.weight: expected shape [64, 32], found [48, 32]" + CONVERT);
  }

  @Test
  void run_otherTokenizers_areRefusedByName() throws IOException {
    String advice = "; get the model as a directory with its own tokenizer.json";
    requireRefused(
        TestGguf.llama().with("tokenizer.ggml.model", "llama"),
        "tokenizer.ggml.model: expected \"gpt2\", found \"llama\"" + advice);
    requireRefused(
        TestGguf.llama().with("tokenizer.ggml.pre", "default"),
        "tokenizer.ggml.pre: expected one of gpt-2, smollm, llama-bpe, qwen2, found \"default\""
            + advice);
  }

  @Test
  void run_vocabulariesThatDoNotFit_areRefused() throws IOException {
    requireRefused(
        TestGguf.llama().with("tokenizer.ggml.tokens", List.of("a")),
        "tokenizer.ggml.tokens: expected 5, one for each row of the embedding, found 1" + CONVERT);
    requireRefused(
        TestGguf.llama().with("tokenizer.ggml.tokens", List.of("a", "b", "c", "d", "a")),
        "tokenizer.ggml.tokens: expected each token once, found token 4, \"a\", again" + CONVERT);
    requireRefused(
        TestGguf.llama().with("tokenizer.ggml.tokens", new int[] {1}),
        "tokenizer.ggml.tokens: expected a list of texts, found a list of 1 whole numbers"
            + CONVERT);
    requireRefused(
        TestGguf.llama().with("tokenizer.ggml.token_type", new int[] {1}),
        "tokenizer.ggml.token_type: expected 5, one for each token, found 1" + CONVERT);
    requireRefused(
        TestGguf.llama().with("tokenizer.ggml.token_type", new int[] {1, 1, 1, 1, 7}),
        "tokenizer.ggml.token_type: expected types from 1 to 6, found 7" + CONVERT);
    requireRefused(
        TestGguf.llama().with("tokenizer.ggml.merges", List.of("a b", "b c")),
        "tokenizer.ggml.merges: expected pairs of tokens whose join is a token, found merge 1,"
            + " \"b c\""
            + CONVERT);
  }
}
