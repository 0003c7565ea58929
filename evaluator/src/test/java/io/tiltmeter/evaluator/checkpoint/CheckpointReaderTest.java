package io.tiltmeter.evaluator.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointReaderTest {
  @TempDir Path parent;
  private Path model;

  @BeforeEach
  void makeModel() throws IOException {
    model = TinyModel.base(Files.createDirectory(parent.toRealPath().resolve("model")), Dtype.BF16);
  }

  @Test
  void read_wholeModel_knowsNumbersAndTensors() {
    Checkpoint checkpoint = CheckpointReader.read(model);
    assertThat(checkpoint.config())
        .isEqualTo(
            new ModelConfig(
                8,
                2,
                2,
                1,
                4,
                12,
                20,
                64,
                Rope.plain(5000, 4),
                1e-5f,
                true,
                Set.of(2),
                Traits.NONE));
    assertThat(checkpoint.tensors()).hasSize(2 + 2 * 9);
    TensorEntry key = checkpoint.tensors().get("model.layers.1.self_attn.k_proj.weight");
    assertThat(key)
        .returns(List.of(4L, 8L), TensorEntry::shape)
        .returns(Dtype.BF16, TensorEntry::dtype)
        .returns(model.resolve("model.safetensors"), TensorEntry::file);
  }

  @Test
  void read_endTokens_comeFromAllFiles() throws IOException {
    write("generation_config.json", "{\"eos_token_id\": [3, 4]}");
    write("tokenizer.json", tokenizer(19));
    write("tokenizer_config.json", "{\"eos_token\": {\"content\": \"<end>\"}}");
    assertThat(CheckpointReader.read(model).config().eosTokenIds())
        .containsExactlyInAnyOrder(2, 3, 4, 19);
  }

  @Test
  void read_linkInsideAndReleaseFiles_areFine() throws IOException {
    Files.createSymbolicLink(model.resolve("README.md"), model.resolve("config.json"));
    write("attestation.json", "not read");
    write("mlbom.cdx.json", "not read");
    assertThat(CheckpointReader.read(model).tensors()).isNotEmpty();
  }

  @Test
  void read_noDirectory_isRefused() {
    Path none = model.resolve("none");
    assertThatThrownBy(() -> CheckpointReader.read(none))
        .isInstanceOf(ModelException.class)
        .hasMessage(none + ": expected a readable model directory, found none");
    Path file = model.resolve("config.json");
    assertThatThrownBy(() -> CheckpointReader.read(file))
        .hasMessage(file + ": expected a model directory, found a file");
  }

  @Test
  void read_otherFiles_areRefusedByName() throws IOException {
    Map<String, String> kinds =
        Map.ofEntries(
            Map.entry("pytorch_model.bin", "pickle"),
            Map.entry("optimizer.pt", "pickle"),
            Map.entry("a.pkl", "pickle"),
            Map.entry("last.ckpt", "pickle"),
            Map.entry("m.gguf", "GGUF, which \"model import\" turns into a model directory"),
            Map.entry("model.onnx", "ONNX graph"),
            Map.entry("tf_model.h5", "HDF5"),
            Map.entry("modeling_evil.py", "program code"),
            Map.entry("all.zip", "archive"),
            Map.entry("MODEL.SAFETENSORS", "unknown file"),
            Map.entry(".gitattributes", "unknown file"));
    // Not JSON: the refusal must come before any file is parsed.
    write("config.json", "{");
    for (Map.Entry<String, String> entry : kinds.entrySet()) {
      Path file = Files.writeString(model.resolve(entry.getKey()), "");
      refused(refusal(file, entry.getValue()));
      Files.delete(file);
    }
    refused(refusal(Files.createDirectory(model.resolve("original")), "subdirectory"));
  }

  private static String refusal(Path file, String kind) {
    return "%s: refused (%s); a model directory may hold *.safetensors, their index, config and tokenizer files and README.md only: remove it"
        .formatted(file, kind);
  }

  @Test
  void read_linkThatLeaves_isRefusedWithAdvice() throws IOException {
    Path blob = Files.move(model.resolve("model.safetensors"), parent.resolve("blob"));
    Path link = Files.createSymbolicLink(model.resolve("model.safetensors"), blob);
    refused(
        link
            + ": symbolic link that leaves the model directory; copy the files themselves (cp -rL)");
    Files.delete(blob);
    refused(
        link
            + ": symbolic link that leaves the model directory; copy the files themselves (cp -rL)");
  }

  @Test
  void read_missingFiles_areNamed() throws IOException {
    Files.delete(model.resolve("model.safetensors"));
    refused(model + ": model.safetensors is missing; copy the whole model");
    Files.delete(model.resolve("config.json"));
    refused(model + ": config.json is missing; give a model directory in Hugging Face layout");
    TinyModel.adapter(model);
    refused(model + ": expected a model, found an adapter; merge it or give its base too");
  }

  @Test
  void read_superfluousWeights_areRefused() throws IOException {
    Files.copy(model.resolve("model.safetensors"), model.resolve("extra.safetensors"));
    refused(
        model
            + ": extra.safetensors is not part of the model, expected model.safetensors; remove it");
  }

  @Test
  void read_endTokenBeyondTheVocabulary_isRefused() throws IOException {
    change("\"eos_token_id\": 2", "\"eos_token_id\": 20");
    refused(model + ": eos_token_id: expected an id below vocab_size 20, found 20");
  }

  @Test
  void read_tensorMissingOrOfWrongShape_isNamed() throws IOException {
    Map<String, List<Long>> shapes = new HashMap<>(TinyModel.baseShapes());
    shapes.remove("model.layers.1.mlp.up_proj.weight");
    weights(shapes);
    refused(
        model + ": tensor model.layers.1.mlp.up_proj.weight is missing, expected shape [12, 8]");
    shapes.put("model.layers.1.mlp.up_proj.weight", List.of(8L, 12L));
    weights(shapes);
    refused(
        model.resolve("model.safetensors")
            + ": tensor model.layers.1.mlp.up_proj.weight: expected shape [12, 8], found [8, 12]");
  }

  @Test
  void read_headMissingWithoutTie_saysWhatToDo() throws IOException {
    change("\"tie_word_embeddings\": true", "\"tie_word_embeddings\": false");
    refused(
        model
            + ": tensor lm_head.weight is missing, expected shape [20, 8];"
            + " without it config.json must say tie_word_embeddings");
  }

  @Test
  void read_headThatDiffersFromTiedEmbedding_isRefused() throws IOException {
    Map<String, List<Long>> shapes = new HashMap<>(TinyModel.baseShapes());
    shapes.put("lm_head.weight", List.of(20L, 8L));
    weights(shapes);
    refused(
        model.resolve("model.safetensors")
            + ": tensor lm_head.weight differs from the embedding although config.json says tie_word_embeddings");
  }

  @Test
  void read_tensorThatWouldNotBeUsed_isRefused() throws IOException {
    Map<String, List<Long>> shapes = new HashMap<>(TinyModel.baseShapes());
    shapes.put("model.layers.0.self_attn.rotary_emb.inv_freq", List.of(2L));
    weights(shapes);
    assertThat(CheckpointReader.read(model).tensors()).hasSize(20);
    shapes.put("model.layers.0.self_attn.q_proj.bias", List.of(8L));
    weights(shapes);
    refused(
        model.resolve("model.safetensors")
            + ": tensor model.layers.0.self_attn.q_proj.bias is not part of a model of this configuration");
  }

  @Test
  void read_typeThatCannotRun_isNamed() throws IOException {
    StringBuilder header = new StringBuilder("{");
    long offset = 0;
    for (Map.Entry<String, List<Long>> e : TinyModel.baseShapes().entrySet()) {
      long size = e.getValue().stream().reduce(1L, (x, y) -> x * y);
      header
          .append(header.length() > 1 ? "," : "")
          .append(
              "\"%s\":{\"dtype\":\"F8_E4M3\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                  .formatted(e.getKey(), e.getValue(), offset, offset + size));
      offset += size;
    }
    Path file = TinyModel.raw(model.resolve("model.safetensors"), header + "}", (int) offset);
    refused(
        file
            + ": tensor model.embed_tokens.weight: dtype F8_E4M3 not supported, expected F32, F16 or BF16");
  }

  @Test
  void read_shards_areJoined() throws IOException {
    shard("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors");
    Checkpoint checkpoint = CheckpointReader.read(model);
    assertThat(checkpoint.tensors().values().stream().map(e -> e.file().getFileName()).distinct())
        .hasSize(2);
  }

  @Test
  void read_indexThatLeavesDirectory_isRefused() throws IOException {
    shard("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors");
    Path index = model.resolve("model.safetensors.index.json");
    write(
        "model.safetensors.index.json",
        Files.readString(index).replace("model-00002-of", "../model/model-00002-of"));
    assertThatThrownBy(() -> CheckpointReader.read(model))
        .hasMessageStartingWith(
            index
                + ": weight_map: expected names of safetensors files in this directory, found \"../model");
    write("model.safetensors.index.json", "{\"weight_map\": {}}");
    refused(index + ": weight_map: expected an object of tensor and file names");
  }

  @Test
  void read_tensorInAnotherShardThanIndexed_isRefused() throws IOException {
    shard("a.safetensors", "b.safetensors");
    Path index = model.resolve("model.safetensors.index.json");
    write(
        "model.safetensors.index.json",
        Files.readString(index).replace("\"model.norm.weight\":\"b", "\"model.norm.weight\":\"a"));
    refused(
        model.resolve("b.safetensors")
            + ": tensor model.norm.weight lies here, but the index does not say so");
  }

  @Test
  void read_tokenizerOfAnotherModel_isRefused() throws IOException {
    Path file = model.resolve("tokenizer.json");
    write("tokenizer.json", tokenizer(20));
    refused(file + ": tokenizer and model disagree: 3 tokens up to id 20, but vocab_size is 20");
    write("tokenizer.json", tokenizer(19));
    write("tokenizer_config.json", "{\"eos_token\": \"</s>\"}");
    refused(model + ": tokenizer_config.json names an eos_token that tokenizer.json does not have");
    write("tokenizer.json", tokenizer(19).replace("\"a\": 0", "\"a\": -1"));
    refused(file + ": expected token ids from 0 on, found -1");
  }

  /** As in Gemma 3's text models, whose tokenizer is that of larger ones that see. */
  @Test
  void read_tokenForImagesAfterTheLastRow_isTaken() throws IOException {
    write("tokenizer.json", tokenizer(20).replace("<end>", "<image_soft_token>"));
    assertThat(CheckpointReader.read(model).config().vocabulary()).isEqualTo(20);
    write("tokenizer.json", tokenizer(21).replace("<end>", "<image_soft_token>"));
    refused(
        model.resolve("tokenizer.json")
            + ": tokenizer and model disagree: 3 tokens up to id 21, but vocab_size is 20");
  }

  private static String tokenizer(int endId) {
    return """
        {"added_tokens": [{"id": %d, "content": "<end>", "special": true}],
         "model": {"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": []}}
        """
        .formatted(endId);
  }

  private void shard(String first, String second) throws IOException {
    Files.delete(model.resolve("model.safetensors"));
    Map<String, NewTensor> all = TinyModel.random(TinyModel.baseShapes(), Dtype.F32, 1);
    List<NewTensor> tensors = List.copyOf(all.values());
    int half = tensors.size() / 2;
    SafetensorsWriter.write(model.resolve(first), tensors.subList(0, half));
    SafetensorsWriter.write(model.resolve(second), tensors.subList(half, tensors.size()));
    StringBuilder map = new StringBuilder();
    for (int i = 0; i < tensors.size(); i++) {
      map.append(i == 0 ? "" : ",")
          .append('"')
          .append(tensors.get(i).name())
          .append("\":\"")
          .append(i < half ? first : second)
          .append('"');
    }
    write("model.safetensors.index.json", "{\"weight_map\":{" + map + "}}");
  }

  private void weights(Map<String, List<Long>> shapes) throws IOException {
    SafetensorsWriter.write(
        model.resolve("model.safetensors"), TinyModel.random(shapes, Dtype.F32, 1).values());
  }

  private void change(String from, String to) throws IOException {
    write("config.json", TinyModel.CONFIG.replace(from, to));
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(model.resolve(name), text);
  }

  private void refused(String message) {
    assertThatThrownBy(() -> CheckpointReader.read(model))
        .isInstanceOf(ModelException.class)
        .hasMessage(message);
  }
}
