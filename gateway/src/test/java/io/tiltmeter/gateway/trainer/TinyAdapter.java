package io.tiltmeter.gateway.trainer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A LoRA of zeros on the query projections of the tiny base: 3 layers, 128 to 128, rank 2. */
public final class TinyAdapter {
  private static final int LAYERS = 3;
  private static final int WIDTH = 128;
  private static final int RANK = 2;

  private TinyAdapter() {}

  public static Map<String, byte[]> files() {
    String config =
        """
        {"peft_type": "LORA", "r": 2, "lora_alpha": 4, "bias": "none", "target_modules": ["q_proj"]}
        """;
    return Map.of(
        "adapter_config.json",
        config.getBytes(StandardCharsets.UTF_8),
        "adapter_model.safetensors",
        weights());
  }

  private static byte[] weights() {
    List<String> tensors = new ArrayList<>();
    int at = 0;
    for (int layer = 0; layer < LAYERS; layer++) {
      at = add(tensors, "%d.self_attn.q_proj.lora_A".formatted(layer), RANK, WIDTH, at);
      at = add(tensors, "%d.self_attn.q_proj.lora_B".formatted(layer), WIDTH, RANK, at);
    }
    byte[] header = ("{" + String.join(",", tensors) + "}").getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + header.length + at)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .array();
  }

  private static int add(List<String> tensors, String name, int rows, int columns, int at) {
    int end = at + rows * columns * Float.BYTES;
    tensors.add(
        "\"base_model.model.model.layers.%s.weight\":{\"dtype\":\"F32\",\"shape\":[%d,%d],\"data_offsets\":[%d,%d]}"
            .formatted(name, rows, columns, at, end));
    return end;
  }
}
