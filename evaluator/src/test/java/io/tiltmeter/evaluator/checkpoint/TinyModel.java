package io.tiltmeter.evaluator.checkpoint;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Makes model and adapter directories of a few kilobytes with random weights. */
final class TinyModel {
  static final String CONFIG =
      """
      {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": 8,
       "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 1,
       "intermediate_size": 12, "vocab_size": 20, "max_position_embeddings": 64,
       "rope_theta": 5000.0, "rms_norm_eps": 1e-05, "tie_word_embeddings": true,
       "hidden_act": "silu", "eos_token_id": 2}
      """;

  static final String ADAPTER_CONFIG =
      """
      {"peft_type": "LORA", "r": 2, "lora_alpha": 6, "bias": "none",
       "target_modules": ["q_proj", "down_proj"]}
      """;

  private TinyModel() {}

  /** A base with one weight file. */
  static Path base(Path directory, Dtype dtype) throws IOException {
    Files.writeString(directory.resolve("config.json"), CONFIG);
    SafetensorsWriter.write(
        directory.resolve("model.safetensors"), random(baseShapes(), dtype, 1).values());
    return directory;
  }

  /** Names and shapes of {@link #base}. */
  static Map<String, List<Long>> baseShapes() {
    return LlamaTensors.shapes(
        new ModelConfig(
            8, 2, 2, 1, 4, 12, 20, 64, Rope.plain(5000, 4), 1e-5f, true, Set.of(2), Traits.NONE));
  }

  /** An adapter of rank 2 on two projections. */
  static Path adapter(Path directory) throws IOException {
    Files.writeString(directory.resolve("adapter_config.json"), ADAPTER_CONFIG);
    writeAdapter(directory, adapterShapes());
    return directory;
  }

  static void writeAdapter(Path directory, Map<String, List<Long>> shapes) throws IOException {
    SafetensorsWriter.write(
        directory.resolve("adapter_model.safetensors"), random(shapes, Dtype.F32, 2).values());
  }

  static Map<String, List<Long>> adapterShapes() {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    for (int layer = 0; layer < 2; layer++) {
      shapes.put(lora(layer, "self_attn.q_proj", "A"), List.of(2L, 8L));
      shapes.put(lora(layer, "self_attn.q_proj", "B"), List.of(8L, 2L));
      shapes.put(lora(layer, "mlp.down_proj", "A"), List.of(2L, 12L));
      shapes.put(lora(layer, "mlp.down_proj", "B"), List.of(8L, 2L));
    }
    return shapes;
  }

  static String lora(int layer, String path, String half) {
    return "base_model.model.model.layers.%d.%s.lora_%s.weight".formatted(layer, path, half);
  }

  /** Tensors of normal random numbers, the same for the same seed. */
  static Map<String, NewTensor> random(Map<String, List<Long>> shapes, Dtype dtype, long seed) {
    Random random = new Random(seed);
    Map<String, NewTensor> tensors = new LinkedHashMap<>();
    shapes.forEach(
        (name, shape) -> {
          int count = (int) shape.stream().mapToLong(Long::longValue).reduce(1, (x, y) -> x * y);
          float[] values = new float[count];
          for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
          }
          tensors.put(name, tensor(name, dtype, shape, values));
        });
    return tensors;
  }

  static NewTensor tensor(String name, Dtype dtype, List<Long> shape, float... values) {
    byte[] bytes = new byte[values.length * dtype.bytes()];
    TensorData.write(MemorySegment.ofArray(bytes), dtype, values);
    return new NewTensor(name, dtype, shape, channel -> channel.write(ByteBuffer.wrap(bytes)));
  }

  /** A file of any header and data, also one that breaks the format. */
  static Path raw(Path file, String header, int dataBytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json);
    return Files.write(file, bytes.array());
  }
}
