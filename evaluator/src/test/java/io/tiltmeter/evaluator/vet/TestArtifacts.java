package io.tiltmeter.evaluator.vet;

import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Folders as a trainer would send them. */
final class TestArtifacts {
  static final Path BASE =
      Path.of(System.getProperty("tiltmeter.root"), "fixtures/models/tiny-base");

  static final String ADAPTER_CONFIG =
      """
      {"peft_type": "LORA", "r": 2, "lora_alpha": 4, "bias": "none", "target_modules": ["q_proj"]}
      """;

  private TestArtifacts() {}

  /** A copy of the tiny base. */
  static Path model(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (Stream<Path> files = Files.list(BASE)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    return folder;
  }

  /** A LoRA of zeros on the query projections of the tiny base. */
  static Path adapter(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("adapter_config.json"), ADAPTER_CONFIG);
    JsonNode config = JsonMapper.shared().readTree(Files.readString(BASE.resolve("config.json")));
    int hidden = config.path("hidden_size").intValue();
    int out =
        config.path("num_attention_heads").intValue()
            * config
                .path("head_dim")
                .intValue(hidden / config.path("num_attention_heads").intValue());
    writeAdapter(folder, config.path("num_hidden_layers").intValue(), hidden, out);
    return folder;
  }

  static void writeAdapter(Path folder, int layers, int in, int out) throws IOException {
    List<String> tensors = new ArrayList<>();
    int at = 0;
    for (int layer = 0; layer < layers; layer++) {
      at = add(tensors, lora(layer, "A"), 2, in, at);
      at = add(tensors, lora(layer, "B"), out, 2, at);
    }
    safetensors(
        folder.resolve("adapter_model.safetensors"), "{" + String.join(",", tensors) + "}", at);
  }

  private static String lora(int layer, String half) {
    return "base_model.model.model.layers.%d.self_attn.q_proj.lora_%s.weight"
        .formatted(layer, half);
  }

  private static int add(List<String> tensors, String name, int rows, int columns, int at) {
    int end = at + rows * columns * Float.BYTES;
    tensors.add(
        "\"%s\":{\"dtype\":\"F32\",\"shape\":[%d,%d],\"data_offsets\":[%d,%d]}"
            .formatted(name, rows, columns, at, end));
    return end;
  }

  /** A file of any header, with zeros as data. */
  static void safetensors(Path file, String header, int dataBytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(file, bytes.putLong(json.length).put(json).array());
  }

  /** What an honest maker declares. */
  static Manifest manifest(Path folder) throws IOException {
    List<PinnedFile> files = new ArrayList<>();
    try (Stream<Path> children = Files.list(folder)) {
      for (Path file : children.toList()) {
        byte[] bytes = Files.readAllBytes(file);
        files.add(new PinnedFile(file.getFileName().toString(), bytes.length, Digest.of(bytes)));
      }
    }
    return new Manifest(files);
  }
}
