package io.tiltmeter.evaluator.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes GGUF files, also ones that break the format. */
final class TestGguf {
  private static final long ALIGNMENT = 32;

  /** A tensor; {@code offset} below 0 stands for the right one. */
  record Tensor(String name, int type, List<Long> dimensions, long offset, int bytes) {
    static Tensor of(String name, long... dimensions) {
      List<Long> list = new ArrayList<>();
      long elements = 1;
      for (long dimension : dimensions) {
        list.add(dimension);
        elements *= dimension;
      }
      return new Tensor(name, 0, list, -1, (int) elements * Float.BYTES);
    }

    Tensor ofType(int other, int size) {
      return new Tensor(name, other, dimensions, offset, size);
    }

    Tensor at(long other) {
      return new Tensor(name, type, dimensions, other, bytes);
    }
  }

  final Map<String, Object> values = new LinkedHashMap<>();
  final List<Tensor> tensors = new ArrayList<>();
  String magic = "GGUF";
  int version = 3;
  long moreTensors;
  long moreKeys;
  int trailing;

  /** A Llama of one layer whose weights are all 0, with a vocabulary of five tokens. */
  static TestGguf llama() {
    TestGguf file = new TestGguf();
    file.values.put("general.architecture", "llama");
    file.values.put("llama.block_count", 1);
    file.values.put("llama.context_length", 16);
    file.values.put("llama.embedding_length", 32);
    file.values.put("llama.feed_forward_length", 48);
    file.values.put("llama.attention.head_count", 2);
    file.values.put("llama.attention.layer_norm_rms_epsilon", 1e-6f);
    file.values.put("tokenizer.ggml.model", "gpt2");
    file.values.put("tokenizer.ggml.pre", "gpt-2");
    file.values.put("tokenizer.ggml.tokens", List.of("<end>", "a", "b", "c", "ab"));
    file.values.put("tokenizer.ggml.token_type", new int[] {3, 1, 1, 1, 1});
    file.values.put("tokenizer.ggml.merges", List.of("a b"));
    file.values.put("tokenizer.ggml.eos_token_id", 0);
    file.tensors.add(Tensor.of("token_embd.weight", 32, 5));
    file.tensors.add(Tensor.of("output_norm.weight", 32));
    file.tensors.add(Tensor.of("blk.0.attn_norm.weight", 32));
    file.tensors.add(Tensor.of("blk.0.ffn_norm.weight", 32));
    for (String name : List.of("attn_q", "attn_k", "attn_v", "attn_output")) {
      file.tensors.add(Tensor.of("blk.0." + name + ".weight", 32, 32));
    }
    file.tensors.add(Tensor.of("blk.0.ffn_gate.weight", 32, 48));
    file.tensors.add(Tensor.of("blk.0.ffn_up.weight", 32, 48));
    file.tensors.add(Tensor.of("blk.0.ffn_down.weight", 48, 32));
    return file;
  }

  /** A file of one metadata value and one tensor of four floats. */
  static TestGguf small() {
    TestGguf file = new TestGguf();
    file.values.put("key", "value");
    file.tensors.add(Tensor.of("weight", 4));
    return file;
  }

  TestGguf with(String key, Object value) {
    values.put(key, value);
    return this;
  }

  TestGguf without(String key) {
    values.remove(key);
    return this;
  }

  Path write(Path file) throws IOException {
    return Files.write(file, bytes());
  }

  byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(magic.getBytes(StandardCharsets.ISO_8859_1));
    u32(out, version);
    u64(out, tensors.size() + moreTensors);
    u64(out, values.size() + moreKeys);
    values.forEach(
        (key, value) -> {
          text(out, key.replaceFirst("^again:", ""));
          value(out, value);
        });
    long offset = 0;
    for (Tensor tensor : tensors) {
      text(out, tensor.name());
      u32(out, tensor.dimensions().size());
      tensor.dimensions().forEach(dimension -> u64(out, dimension));
      u32(out, tensor.type());
      u64(out, tensor.offset() < 0 ? offset : tensor.offset());
      offset += Math.ceilDiv(tensor.bytes(), ALIGNMENT) * ALIGNMENT;
    }
    pad(out);
    for (Tensor tensor : tensors) {
      out.writeBytes(new byte[tensor.bytes()]);
      pad(out);
    }
    out.writeBytes(new byte[trailing]);
    return out.toByteArray();
  }

  private static void pad(ByteArrayOutputStream out) {
    out.writeBytes(new byte[(int) Math.floorMod(-out.size(), ALIGNMENT)]);
  }

  private static void value(ByteArrayOutputStream out, Object value) {
    switch (value) {
      case Integer whole -> u32(u32(out, 4), whole);
      case Long whole -> u64(u32(out, 10), whole);
      case Float real -> u32(u32(out, 6), Float.floatToRawIntBits(real));
      case Boolean flag -> u32(out, 7).write(flag ? 1 : 0);
      case String text -> text(u32(out, 8), text);
      case int[] wholes -> {
        u64(u32(u32(out, 9), 5), wholes.length);
        for (int whole : wholes) {
          u32(out, whole);
        }
      }
      case List<?> texts -> {
        u64(u32(u32(out, 9), 8), texts.size());
        texts.forEach(text -> text(out, text.toString()));
      }
      case byte[] raw -> out.writeBytes(raw);
      default -> throw new IllegalArgumentException(value.toString());
    }
  }

  private static ByteArrayOutputStream u32(ByteArrayOutputStream out, int value) {
    out.writeBytes(numbers(4).putInt(value).array());
    return out;
  }

  private static void u64(ByteArrayOutputStream out, long value) {
    out.writeBytes(numbers(8).putLong(value).array());
  }

  private static void text(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    u64(out, bytes.length);
    out.writeBytes(bytes);
  }

  /** Type and value of a metadata entry, as 32-bit words. */
  static byte[] raw(int... words) {
    ByteBuffer bytes =
        ByteBuffer.allocate(words.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int word : words) {
      bytes.putInt(word);
    }
    return bytes.array();
  }

  private static ByteBuffer numbers(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
