package io.tiltmeter.evaluator.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReaderTest {
  @TempDir Path temporary;
  private Path model;

  @BeforeEach
  void makeModel() throws IOException {
    model = temporary.toRealPath();
    config(TinyModel.CONFIG);
  }

  @Test
  void read_absentMembers_meanWhatTransformersTakesThemToMean() throws IOException {
    config(
        """
        {"model_type": "llama", "hidden_size": 8, "num_hidden_layers": 2,
         "num_attention_heads": 2, "intermediate_size": 12, "vocab_size": 20}
        """);
    ModelConfig config = read();
    assertThat(config.kvHeads()).isEqualTo(2);
    assertThat(config.headDim()).isEqualTo(4);
    assertThat(config.maxPositions()).isEqualTo(2048);
    assertThat(config.rope()).isEqualTo(Rope.plain(10_000, 4));
    assertThat(config.rmsNormEps()).isEqualTo(1e-6f);
    assertThat(config.tiedEmbeddings()).isFalse();
    assertThat(config.eosTokenIds()).isEmpty();
    assertThat(config.traits()).isEqualTo(Traits.NONE);
  }

  @Test
  void read_llamaBiases_areOnAllMapsOfTheirKind() throws IOException {
    extra("\"attention_bias\": true");
    assertThat(read().traits().biased()).isEqualTo(EnumSet.range(Projection.Q, Projection.O));
    extra("\"mlp_bias\": true");
    assertThat(read().traits().biased()).isEqualTo(EnumSet.range(Projection.GATE, Projection.DOWN));
  }

  @Test
  void read_mistralWindow_isOnAllLayers() throws IOException {
    family("mistral", "Mistral", "\"sliding_window\": 16");
    assertThat(read().traits()).isEqualTo(windows(Map.of(0, 16, 1, 16)));
    family("mistral", "Mistral", "\"sliding_window\": null");
    assertThat(read().traits()).isEqualTo(Traits.NONE);
    family("mistral", "Mistral", "\"use_cache\": true");
    assertThat(read().traits()).isEqualTo(windows(Map.of(0, 4096, 1, 4096)));
  }

  @Test
  void read_qwen2_hasBiasesAndAWindowOnlyIfUsed() throws IOException {
    Set<Projection> biased = EnumSet.range(Projection.Q, Projection.V);
    family("qwen2", "Qwen2", "\"use_sliding_window\": false, \"sliding_window\": 16");
    assertThat(read().traits()).isEqualTo(new Traits(biased, false, Map.of()));
    family(
        "qwen2",
        "Qwen2",
        "\"use_sliding_window\": true, \"sliding_window\": 16, \"max_window_layers\": 1");
    assertThat(read().traits()).isEqualTo(new Traits(biased, false, Map.of(1, 16)));
  }

  @Test
  void read_qwen3_hasHeadNormsAndOwnHeadWidth() throws IOException {
    family("qwen3", "Qwen3", "\"use_cache\": true");
    assertThat(read().traits()).isEqualTo(new Traits(Set.of(), true, Map.of()));
    assertThat(read().headDim()).isEqualTo(128);
    family(
        "qwen3",
        "Qwen3",
        "\"use_sliding_window\": true, \"sliding_window\": 16, \"layer_types\": [\"sliding_attention\", \"full_attention\"]");
    assertThat(read().traits().windows()).isEqualTo(Map.of(0, 16));
  }

  @Test
  void read_gemma2_slidesInEveryOtherLayerAndBoundsScores() throws IOException {
    family("gemma2", "Gemma2", "\"head_dim\": 16, \"sliding_window\": 8");
    replace("\"silu\"", "\"gelu_pytorch_tanh\"");
    ModelConfig config = read();
    Gemma gemma = new Gemma(1.0 / 16, 50, 30, config.rope());
    assertThat(config.traits()).isEqualTo(new Traits(Set.of(), false, Map.of(0, 8), gemma));
  }

  @Test
  void read_gemma3_hasARotationForEachKindOfLayer() throws IOException {
    family(
        "gemma3_text",
        "Gemma3",
        "\"head_dim\": 4, \"sliding_window_pattern\": 2, \"query_pre_attn_scalar\": 4");
    replace("\"silu\"", "\"gelu_pytorch_tanh\"");
    ModelConfig config = read();
    Gemma gemma = new Gemma(0.5, 0, 0, Rope.plain(10_000, 4));
    assertThat(config.rope()).isEqualTo(Rope.plain(5000, 4));
    assertThat(config.traits()).isEqualTo(new Traits(Set.of(), true, Map.of(0, 4096), gemma));
  }

  @Test
  void read_gemmaMembersThatCannotBeRun_areRefusedByName() throws IOException {
    gemma3("\"attn_logit_softcapping\": 50.0");
    refused(": attn_logit_softcapping is not supported: no model of type gemma3_text follows it");
    gemma3("\"use_bidirectional_attention\": true");
    refused(
        ": use_bidirectional_attention is not supported: an answer is written from what is before it");
    gemma3("\"rope_parameters\": {\"rope_theta\": 5.0}");
    refused(
        ": rope_parameters.rope_theta: expected members \"full_attention\" and \"sliding_attention\", found another");
    gemma3("\"rope_parameters\": {\"sliding_attention\": {\"rope_type\": \"linear\"}}");
    refused(
        ": rope_parameters.sliding_attention.rope_type: expected \"default\", found \"linear\"");
    gemma3(
        "\"rope_scaling\": {\"rope_type\": \"linear\", \"factor\": 2.0}, \"rope_parameters\": {\"full_attention\": {}}");
    refused(
        ": rope_scaling is not supported: rope_parameters says how each kind of layer is rotated");
    gemma3("\"hidden_activation\": \"gelu\"");
    refused(": hidden_activation: expected \"gelu_pytorch_tanh\", found \"gelu\"");
    gemma3("\"sliding_window\": null");
    refused(": sliding_window: expected a width for the layers that slide, found none");
  }

  private void gemma3(String members) throws IOException {
    family("gemma3_text", "Gemma3", members);
    replace("\"silu\"", "\"gelu_pytorch_tanh\"");
  }

  @Test
  void read_layerKindsThatContradict_areRefused() throws IOException {
    refusedExtra(
        "\"layer_types\": [\"full_attention\", \"sliding_attention\"]",
        "layer_types: expected \"full_attention\", found \"sliding_attention\"");
    refusedExtra(
        "\"layer_types\": [\"full_attention\"]",
        "layer_types: expected a list of 2, found a list or object");
    refusedExtra(
        "\"layer_types\": [\"full_attention\", \"chunked_attention\"]",
        "layer_types: expected \"full_attention\" or \"sliding_attention\", found \"chunked_attention\"");
    family("qwen3", "Qwen3", "\"layer_types\": [\"sliding_attention\", \"full_attention\"]");
    refused(": sliding_window: expected a width for the layers that slide, found none");
  }

  @Test
  void read_membersOfOtherFamilies_areRefusedByName() throws IOException {
    for (String name :
        List.of("sliding_window", "use_sliding_window", "final_logit_softcapping", "num_experts")) {
      refusedExtra(
          "\"%s\": 8".formatted(name), name + " is not supported: no model of type llama has it");
    }
    family("qwen3", "Qwen3", "\"mlp_bias\": true");
    refused(": mlp_bias is not supported: no model of type qwen3 has it");
    family("mistral", "Mistral", "\"attention_bias\": true");
    refused(": attention_bias is not supported: no model of type mistral has it");
  }

  @Test
  void read_ropeTheta_isTakenFromEitherPlace() throws IOException {
    change(
        "\"rope_theta\": 5000.0",
        "\"rope_parameters\": {\"rope_type\": \"default\", \"rope_theta\": 7e4}");
    assertThat(read().rope()).isEqualTo(Rope.plain(70_000, 4));
    extra("\"rope_scaling\": {\"rope_theta\": 7e4}");
    assertThat(read().rope()).isEqualTo(Rope.plain(70_000, 4));
  }

  @Test
  void read_linearScaling_dividesFrequencies() throws IOException {
    for (String type : List.of("type", "rope_type")) {
      extra("\"rope_scaling\": {\"%s\": \"linear\", \"factor\": 4}".formatted(type));
      Rope plain = Rope.plain(5000, 4);
      assertThat(read().rope())
          .isEqualTo(new Rope(plain.frequencies().stream().map(f -> f / 4).toList(), 1));
    }
  }

  @Test
  void read_dynamicScaling_isPlainWithinItsPositions() throws IOException {
    extra("\"rope_scaling\": {\"type\": \"dynamic\", \"factor\": 4}");
    assertThat(read().rope()).isEqualTo(Rope.plain(5000, 4));
  }

  @Test
  void read_yarn_hasTheMagnitudeThatItsMembersSay() throws IOException {
    String yarn = "\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4.0%s}";
    extra(yarn.formatted(""));
    assertThat(read().rope().magnitude()).isEqualTo(0.1 * Math.log(4) + 1, within(1e-12));
    extra(yarn.formatted(", \"attention_factor\": 0.75"));
    assertThat(read().rope().magnitude()).isEqualTo(0.75);
    extra(yarn.formatted(", \"mscale\": 0.7, \"mscale_all_dim\": 0.7"));
    assertThat(read().rope().magnitude()).isEqualTo(1);
  }

  @Test
  void read_unknownScaling_isRefusedByName() throws IOException {
    refusedExtra(
        "\"rope_scaling\": {\"type\": \"longrope\"}",
        "rope_scaling.type: expected one of default, dynamic, linear, llama3, yarn, found \"longrope\"");
    refusedExtra(
        "\"rope_parameters\": {\"rope_type\": \"llama3\", \"factor\": 8}",
        "rope_parameters.low_freq_factor: expected a number above 0, found nothing");
    refusedExtra(
        "\"rope_scaling\": {\"type\": \"linear\", \"factor\": 0.5}",
        "rope_scaling.factor: expected a number from 1 on, found 0.5");
    refusedExtra(
        "\"rope_scaling\": {\"type\": \"linear\", \"factor\": 2, \"mrope_section\": [1, 1]}",
        "rope_scaling.mrope_section is not supported: rope_type \"linear\" has no such member");
    refusedExtra(
        "\"rope_scaling\": {\"type\": \"linear\", \"factor\": 2}, \"rope_parameters\": {\"rope_type\": \"default\"}",
        "rope_scaling: expected what rope_parameters says, found something else");
    refusedExtra("\"rope_scaling\": 4", "rope_scaling: expected an object, found 4");
    refusedExtra(
        "\"partial_rotary_factor\": 0.5",
        "partial_rotary_factor: expected 1, found another number");
    refusedExtra(
        "\"rope_parameters\": {\"partial_rotary_factor\": 0.5}",
        "rope_parameters.partial_rotary_factor: expected 1, found another number");
  }

  @Test
  void read_morePositionsThanTablesHold_areCut() throws IOException {
    change("\"max_position_embeddings\": 64", "\"max_position_embeddings\": 10000000");
    assertThat(read().maxPositions()).isEqualTo(131_072);
  }

  @Test
  void read_unsupportedConfig_isRefusedByName() throws IOException {
    String known =
        "\"llama\" or \"mistral\" or \"qwen2\" or \"qwen3\" or \"gemma2\" or \"gemma3_text\"";
    refusedConfig(
        "\"llama\"", "\"gemma3\"", "model_type: expected " + known + ", found \"gemma3\"");
    refusedConfig(
        "\"model_type\": \"llama\",", "", "model_type: expected " + known + ", found nothing");
    refusedConfig(
        "[\"LlamaForCausalLM\"]",
        "[\"Other\"]",
        "architectures: expected [\"LlamaForCausalLM\"], found a list or object");
    refusedConfig("\"silu\"", "\"gelu\"", "hidden_act: expected \"silu\", found \"gelu\"");
    refusedExtra(
        "\"quantization_config\": {\"bits\": 4}",
        "quantization_config is not supported: weights must be plain numbers");
    String code = " is not supported: a model may not bring program code";
    refusedExtra("\"auto_map\": {\"AutoModel\": \"x.Y\"}", "auto_map" + code);
    refusedExtra("\"trust_remote_code\": true", "trust_remote_code" + code);
    config(TinyModel.CONFIG);
    Path tokenizer = model.resolve("tokenizer_config.json");
    Files.writeString(tokenizer, "{\"auto_map\": {\"AutoTokenizer\": \"x.Y\"}}");
    assertThatThrownBy(this::read).hasMessage(tokenizer + ": auto_map" + code);
  }

  @Test
  void read_wrongNumbers_areRefusedByName() throws IOException {
    String positive = ": expected a whole number from 1 on, found ";
    refusedConfig("\"hidden_size\": 8", "\"hidden_size\": 0", "hidden_size" + positive + "0");
    refusedConfig("\"hidden_size\": 8", "\"hidden_size\": 8.0", "hidden_size" + positive + "8.0");
    refusedConfig("\"hidden_size\": 8,", "", "hidden_size" + positive + "nothing");
    refusedConfig(
        "\"num_key_value_heads\": 1",
        "\"num_key_value_heads\": 3",
        "num_key_value_heads: expected a divisor of 2, found 3");
    refusedConfig(
        "\"num_hidden_layers\": 2",
        "\"num_hidden_layers\": 1001",
        "num_hidden_layers: expected at most 1000, found 1001");
    refusedExtra("\"head_dim\": 3", "head_dim: expected an even number, found 3");
    refusedConfig(
        "\"rms_norm_eps\": 1e-05",
        "\"rms_norm_eps\": -1",
        "rms_norm_eps: expected a number above 0, found -1");
    refusedConfig(
        "\"eos_token_id\": 2",
        "\"eos_token_id\": \"2\"",
        "eos_token_id: expected token ids, found \"2\"");
  }

  @Test
  void read_malformedConfig_isRefused() throws IOException {
    config("[]");
    refused(": expected a JSON object");
    config("{\"a\": 1, \"a\": 2}");
    refused(":1:13: invalid JSON: Duplicate Object property \"a\"");
    Files.write(model.resolve("config.json"), new byte[] {'{', (byte) 0xFF, '}'});
    refused(": expected UTF-8, found other bytes");
  }

  private ModelConfig read() {
    return ConfigReader.read(ModelFiles.open(model));
  }

  private static Traits windows(Map<Integer, Integer> windows) {
    return new Traits(Set.of(), false, windows);
  }

  private void family(String type, String name, String members) throws IOException {
    config(
        TinyModel.CONFIG
            .replace("\"llama\"", "\"" + type + "\"")
            .replace("Llama", name)
            .replace("{\"model_type\"", "{" + members + ", \"model_type\""));
  }

  private void replace(String from, String to) throws IOException {
    config(Files.readString(model.resolve("config.json")).replace(from, to));
  }

  private void extra(String member) throws IOException {
    change("{\"model_type\"", "{" + member + ", \"model_type\"");
  }

  private void refusedExtra(String member, String expected) throws IOException {
    extra(member);
    refused(": " + expected);
  }

  private void refusedConfig(String from, String to, String expected) throws IOException {
    change(from, to);
    refused(": " + expected);
  }

  private void change(String from, String to) throws IOException {
    config(TinyModel.CONFIG.replace(from, to));
  }

  private void config(String json) throws IOException {
    Files.writeString(model.resolve("config.json"), json);
  }

  private void refused(String message) {
    assertThatThrownBy(this::read)
        .isInstanceOf(ModelException.class)
        .hasMessage(model.resolve("config.json") + message);
  }
}
