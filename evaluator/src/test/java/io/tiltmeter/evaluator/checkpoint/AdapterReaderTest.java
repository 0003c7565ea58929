package io.tiltmeter.evaluator.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.evaluator.checkpoint.Adapter.LowRankPair;
import io.tiltmeter.evaluator.checkpoint.Adapter.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterReaderTest {
  @TempDir Path baseDirectory;
  @TempDir Path temporary;
  private Path adapter;
  private Checkpoint base;

  @BeforeEach
  void makeModels() throws IOException {
    base = CheckpointReader.read(TinyModel.base(baseDirectory, Dtype.F32));
    adapter = TinyModel.adapter(temporary.toRealPath());
  }

  @Test
  void read_plainAdapter_hasPairsAndScale() {
    Adapter read = AdapterReader.read(adapter, base);
    assertThat(read.maxRank()).isEqualTo(2);
    assertThat(read.pairs()).hasSize(4);
    LowRankPair pair = pair(read, 1, Projection.DOWN);
    assertThat(pair.a().shape()).containsExactly(2L, 12L);
    assertThat(pair.b().shape()).containsExactly(8L, 2L);
    assertThat(pair.scale()).isEqualTo(3);
  }

  @Test
  void read_rankStabilised_dividesByRoot() throws IOException {
    config("{\"peft_type\"", "{\"use_rslora\": true, \"peft_type\"");
    assertThat(pair(AdapterReader.read(adapter, base), 0, Projection.Q).scale())
        .isEqualTo((float) (6 / Math.sqrt(2)));
  }

  @Test
  void read_patterns_changeRankAndAlphaOfTheirModules() throws IOException {
    config(
        "{\"peft_type\"",
        """
        {"rank_pattern": {"layers.1.mlp.down_proj": 3},
         "alpha_pattern": {"q_proj": 8}, "peft_type\"""");
    Map<String, List<Long>> shapes = TinyModel.adapterShapes();
    shapes.put(TinyModel.lora(1, "mlp.down_proj", "A"), List.of(3L, 12L));
    shapes.put(TinyModel.lora(1, "mlp.down_proj", "B"), List.of(8L, 3L));
    TinyModel.writeAdapter(adapter, shapes);
    Adapter read = AdapterReader.read(adapter, base);
    assertThat(read.maxRank()).isEqualTo(3);
    assertThat(pair(read, 1, Projection.DOWN).scale()).isEqualTo(2);
    assertThat(pair(read, 0, Projection.DOWN).scale()).isEqualTo(3);
    assertThat(pair(read, 0, Projection.Q).scale()).isEqualTo(4);
  }

  @Test
  void read_wholeModules_replaceTensorsOfTheBase() throws IOException {
    config("{\"peft_type\"", "{\"modules_to_save\": [\"model.embed_tokens\"], \"peft_type\"");
    String tensor = "base_model.model.model.embed_tokens.weight";
    refusedWeights("tensor " + tensor + " is missing");
    Map<String, List<Long>> shapes = TinyModel.adapterShapes();
    shapes.put(tensor, List.of(20L, 8L));
    TinyModel.writeAdapter(adapter, shapes);
    Adapter read = AdapterReader.read(adapter, base);
    assertThat(read.pairs()).hasSize(4);
    assertThat(read.replaced()).containsOnlyKeys("model.embed_tokens.weight");
    shapes.put(tensor, List.of(21L, 8L));
    TinyModel.writeAdapter(adapter, shapes);
    refusedWeights(
        "adapter is for another base: tensor " + tensor + " has shape [21, 8], base needs [20, 8]");
  }

  @Test
  void read_otherMethods_areRefusedByName() throws IOException {
    refusedConfig("\"LORA\"", "\"IA3\"", "peft_type: expected \"LORA\", found \"IA3\"");
    refusedConfig("\"none\"", "\"all\"", "bias: expected \"none\", found \"all\"");
    String only = " is not supported: only plain LoRA adapters can be run";
    refusedExtra("\"use_dora\": true", "use_dora" + only);
    refusedExtra(
        "\"modules_to_save\": [\"lm_head\", \"score\"]",
        "modules_to_save: expected embed_tokens or lm_head only, found \"score\"");
    refusedExtra("\"lora_bias\": true", "lora_bias" + only);
    refusedExtra("\"fan_in_fan_out\": true", "fan_in_fan_out" + only);
    refusedExtra(
        "\"init_lora_weights\": \"pissa\"",
        "init_lora_weights \"pissa\" is not supported: it changes the base's weights");
    refusedExtra(
        "\"rank_pattern\": {\"(a+)+\": 4}",
        "rank_pattern: expected names of modules, found a regular expression");
    refusedConfig("\"r\": 2", "\"r\": 0", "r: expected a whole number from 1 on, found 0");
  }

  @Test
  void read_modulesOfAnotherArchitecture_areForAnotherBase() throws IOException {
    refusedConfig(
        "\"q_proj\"",
        "\"c_attn\"",
        "adapter is for another base: target module \"c_attn\", base has"
            + " down_proj, gate_proj, k_proj, o_proj, q_proj, up_proj, v_proj");
  }

  @Test
  void read_shapesOfAnotherModel_areForAnotherBase() throws IOException {
    Map<String, List<Long>> shapes = TinyModel.adapterShapes();
    shapes.put(TinyModel.lora(0, "self_attn.q_proj", "A"), List.of(2L, 16L));
    TinyModel.writeAdapter(adapter, shapes);
    refusedWeights(
        "adapter is for another base: tensor"
            + " base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight"
            + " has shape [2, 16], base needs [2, 8]");
  }

  @Test
  void read_rankThatTheTensorsDoNotHave_namesTensorAndShapes() throws IOException {
    config("\"r\": 2", "\"r\": 4");
    refusedWeights(
        "adapter is for another base: tensor"
            + " base_model.model.model.layers.0.mlp.down_proj.lora_A.weight"
            + " has shape [2, 12], base needs [4, 12]");
  }

  @Test
  void read_moreLayersThanBase_isForAnotherBase() throws IOException {
    Map<String, List<Long>> shapes = TinyModel.adapterShapes();
    shapes.put(TinyModel.lora(2, "self_attn.q_proj", "A"), List.of(2L, 8L));
    TinyModel.writeAdapter(adapter, shapes);
    refusedWeights(
        "adapter is for another base: tensor"
            + " base_model.model.model.layers.2.self_attn.q_proj.lora_A.weight, base has 2 layers");
  }

  @Test
  void read_unknownNames_areRefused() throws IOException {
    Map<String, List<Long>> shapes = TinyModel.adapterShapes();
    shapes.put("base_model.model.lm_head.lora_A.weight", List.of(2L, 8L));
    TinyModel.writeAdapter(adapter, shapes);
    refusedWeights(
        "tensor base_model.model.lm_head.lora_A.weight: expected names like"
            + " base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight");
    shapes.remove("base_model.model.lm_head.lora_A.weight");
    shapes.put(TinyModel.lora(0, "mlp.experts", "A"), List.of(2L, 8L));
    TinyModel.writeAdapter(adapter, shapes);
    refusedWeights(
        "adapter is for another base: tensor"
            + " base_model.model.model.layers.0.mlp.experts.lora_A.weight, base has no such module");
  }

  @Test
  void read_gaps_areNamed() throws IOException {
    Map<String, List<Long>> shapes = TinyModel.adapterShapes();
    shapes.remove(TinyModel.lora(1, "mlp.down_proj", "B"));
    TinyModel.writeAdapter(adapter, shapes);
    refusedWeights("tensor base_model.model.model.layers.1.mlp.down_proj.lora_B.weight is missing");
    shapes.remove(TinyModel.lora(1, "mlp.down_proj", "A"));
    TinyModel.writeAdapter(adapter, shapes);
    refusedWeights(
        "tensor base_model.model.model.layers.1.mlp.down_proj.lora_A.weight is missing,"
            + " but target_modules names its module");
  }

  @Test
  void read_filesMissingOrSuperfluous_areNamed() throws IOException {
    Files.copy(adapter.resolve("adapter_model.safetensors"), adapter.resolve("b.safetensors"));
    refused(adapter + ": b.safetensors is not part of the adapter; remove it");
    Files.delete(adapter.resolve("b.safetensors"));
    Files.delete(adapter.resolve("adapter_model.safetensors"));
    refused(adapter + ": adapter_model.safetensors is missing; give a PEFT adapter directory");
    Files.writeString(adapter.resolve("adapter_model.bin"), "");
    assertThatThrownBy(() -> AdapterReader.read(adapter, base))
        .hasMessageStartingWith(adapter.resolve("adapter_model.bin") + ": refused (pickle)");
  }

  @Test
  void read_noTensor_isRefused() throws IOException {
    config("[\"q_proj\", \"down_proj\"]", "[]");
    TinyModel.writeAdapter(adapter, Map.of());
    refusedWeights("holds no tensor");
  }

  private static LowRankPair pair(Adapter adapter, int layer, Projection projection) {
    return Objects.requireNonNull(adapter.pairs().get(new Site(layer, projection)));
  }

  private void refusedExtra(String member, String expected) throws IOException {
    refusedConfig("{\"peft_type\"", "{" + member + ", \"peft_type\"", expected);
  }

  private void refusedConfig(String from, String to, String expected) throws IOException {
    config(from, to);
    refused(adapter.resolve("adapter_config.json") + ": " + expected);
  }

  private void config(String from, String to) throws IOException {
    Files.writeString(
        adapter.resolve("adapter_config.json"), TinyModel.ADAPTER_CONFIG.replace(from, to));
  }

  private void refusedWeights(String expected) {
    refused(adapter.resolve("adapter_model.safetensors") + ": " + expected);
  }

  private void refused(String message) {
    assertThatThrownBy(() -> AdapterReader.read(adapter, base))
        .isInstanceOf(ModelException.class)
        .hasMessage(message);
  }
}
