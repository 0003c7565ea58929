package io.tiltmeter.evaluator.onnx;

import io.tiltmeter.evaluator.checkpoint.Dtype;
import io.tiltmeter.evaluator.checkpoint.NewTensor;
import io.tiltmeter.evaluator.checkpoint.SafetensorsWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A small model and what the transformers library computes for it; {@code src/test/python} holds
 * the program that wrote it.
 */
public record ArchitectureCase(String name, JsonNode reference) {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String CONFIG = "config.json";

  public static ArchitectureCase read(String name) throws IOException {
    return new ArchitectureCase(name, MAPPER.readTree(resource(name, "reference.json")));
  }

  List<List<Integer>> prompts() {
    return ids(reference.path("prompts"));
  }

  /** Greedy answers to the prompts, of {@code "base"} or {@code "tuned"}. */
  List<List<Integer>> answers(String side) {
    return ids(reference.path(side).path("answers"));
  }

  /** Logits after the first prompts. */
  List<List<Double>> logits(String side) {
    List<List<Double>> rows = new ArrayList<>();
    for (JsonNode row : reference.path(side).path("logits")) {
      rows.add(row.valueStream().map(JsonNode::doubleValue).toList());
    }
    return rows;
  }

  boolean hasAdapter() {
    return reference.has("adapter");
  }

  /** Makes the weights and writes a model directory with one weight file. */
  public void writeModel(Path directory) throws IOException {
    Files.write(directory.resolve(CONFIG), resource(name, CONFIG));
    SafetensorsWriter.write(
        directory.resolve("model.safetensors"), tensors(reference.path("tensors")));
  }

  /** Makes the weights and writes a model directory with several weight files and their index. */
  void writeShards(Path directory, int shards) throws IOException {
    Files.write(directory.resolve(CONFIG), resource(name, CONFIG));
    List<NewTensor> all = tensors(reference.path("tensors"));
    Map<String, String> index = new LinkedHashMap<>();
    for (int shard = 0; shard < shards; shard++) {
      String file = "model-%05d-of-%05d.safetensors".formatted(shard + 1, shards);
      List<NewTensor> part =
          all.subList(all.size() * shard / shards, all.size() * (shard + 1) / shards);
      part.forEach(tensor -> index.put(tensor.name(), file));
      SafetensorsWriter.write(directory.resolve(file), part);
    }
    Files.writeString(
        directory.resolve("model.safetensors.index.json"),
        MAPPER.writeValueAsString(Map.of("metadata", Map.of(), "weight_map", index)));
  }

  /** Makes the low-rank pairs and writes an adapter directory. */
  void writeAdapter(Path directory) throws IOException {
    JsonNode adapter = reference.path("adapter");
    Files.writeString(directory.resolve("adapter_config.json"), adapter.path("config").toString());
    SafetensorsWriter.write(
        directory.resolve("adapter_model.safetensors"), tensors(adapter.path("tensors")));
  }

  /** The numbers of one weight of the base, little-endian. */
  byte[] weight(String tensor) {
    return weights(
        reference
            .path("tensors")
            .valueStream()
            .filter(node -> node.path("name").stringValue().equals(tensor))
            .findFirst()
            .orElseThrow());
  }

  /** The shape of one weight of the base. */
  List<Long> shape(String tensor) {
    return reference
        .path("tensors")
        .valueStream()
        .filter(node -> node.path("name").stringValue().equals(tensor))
        .map(ArchitectureCase::shape)
        .findFirst()
        .orElseThrow();
  }

  /** {@code config.json} as the model's author would publish it. */
  byte[] config() throws IOException {
    return resource(name, CONFIG);
  }

  private List<NewTensor> tensors(JsonNode listed) {
    List<NewTensor> tensors = new ArrayList<>();
    for (JsonNode node : listed) {
      byte[] bytes = weights(node);
      tensors.add(
          new NewTensor(
              node.path("name").stringValue(),
              Dtype.F32,
              shape(node),
              channel -> channel.write(ByteBuffer.wrap(bytes))));
    }
    return tensors;
  }

  private byte[] weights(JsonNode node) {
    double centre = node.path("centre").doubleValue();
    double half = node.path("half").doubleValue();
    return weights(seed(node.path("name").stringValue()), shape(node), centre, half);
  }

  private static List<Long> shape(JsonNode node) {
    return node.path("shape").valueStream().map(JsonNode::longValue).toList();
  }

  /** FNV-1a. */
  private long seed(String tensor) {
    long hash = 0xCBF29CE484222325L;
    String text = reference.path("salt").stringValue() + tensor;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
    }
    return hash;
  }

  /** Uniform numbers from SplitMix64 (Steele, Lea and Flood 2014). */
  private static byte[] weights(long seed, List<Long> shape, double centre, double half) {
    int count = (int) shape.stream().mapToLong(Long::longValue).reduce(1, (x, y) -> x * y);
    ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    long state = seed;
    for (int i = 0; i < count; i++) {
      state += 0x9E3779B97F4A7C15L;
      long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      z ^= z >>> 31;
      double unit = (z >>> 11) * 0x1p-53;
      bytes.putFloat((float) (centre + half * (2 * unit - 1)));
    }
    return bytes.array();
  }

  private static List<List<Integer>> ids(JsonNode rows) {
    List<List<Integer>> ids = new ArrayList<>();
    for (JsonNode row : rows) {
      ids.add(row.valueStream().map(JsonNode::intValue).toList());
    }
    return ids;
  }

  private static byte[] resource(String name, String file) throws IOException {
    String path = "architectures/" + name + "/" + file;
    try (InputStream in =
        Objects.requireNonNull(ArchitectureCase.class.getResourceAsStream(path), path)) {
      return in.readAllBytes();
    }
  }
}
