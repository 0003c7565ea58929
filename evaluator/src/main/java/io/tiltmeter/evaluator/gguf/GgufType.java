package io.tiltmeter.evaluator.gguf;

import io.tiltmeter.evaluator.checkpoint.Dtype;
import java.util.Map;
import java.util.Optional;

/**
 * The tensor types that can be read, with ggml's numbers ({@code enum ggml_type} in {@code ggml.h})
 * and block layouts ({@code ggml-common.h}).
 */
enum GgufType {
  F32(0, 1, 4, Dtype.F32),
  F16(1, 1, 2, Dtype.F16),
  Q4_0(2, 32, 18, Dtype.F32),
  Q4_1(3, 32, 20, Dtype.F32),
  Q5_0(6, 32, 22, Dtype.F32),
  Q5_1(7, 32, 24, Dtype.F32),
  Q8_0(8, 32, 34, Dtype.F32),
  Q4_K(12, 256, 144, Dtype.F32),
  Q6_K(14, 256, 210, Dtype.F32),
  BF16(30, 1, 2, Dtype.BF16);

  private static final Map<Integer, String> OTHERS =
      Map.ofEntries(
          Map.entry(9, "Q8_1"),
          Map.entry(10, "Q2_K"),
          Map.entry(11, "Q3_K"),
          Map.entry(13, "Q5_K"),
          Map.entry(15, "Q8_K"),
          Map.entry(16, "IQ2_XXS"),
          Map.entry(17, "IQ2_XS"),
          Map.entry(18, "IQ3_XXS"),
          Map.entry(19, "IQ1_S"),
          Map.entry(20, "IQ4_NL"),
          Map.entry(21, "IQ3_S"),
          Map.entry(22, "IQ2_S"),
          Map.entry(23, "IQ4_XS"),
          Map.entry(24, "I8"),
          Map.entry(25, "I16"),
          Map.entry(26, "I32"),
          Map.entry(27, "I64"),
          Map.entry(28, "F64"),
          Map.entry(29, "IQ1_M"),
          Map.entry(34, "TQ1_0"),
          Map.entry(35, "TQ2_0"),
          Map.entry(39, "MXFP4"));

  private final int id;
  private final int blockElements;
  private final int blockBytes;
  private final Dtype dtype;

  GgufType(int id, int blockElements, int blockBytes, Dtype dtype) {
    this.id = id;
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
    this.dtype = dtype;
  }

  static Optional<GgufType> of(int id) {
    for (GgufType type : values()) {
      if (type.id == id) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** What to call a type that cannot be read. */
  static String otherName(int id) {
    String name = OTHERS.get(id);
    return name == null ? "unknown type " + Integer.toUnsignedString(id) : name;
  }

  /** Neighbours in a row that share their scales. */
  int blockElements() {
    return blockElements;
  }

  int blockBytes() {
    return blockBytes;
  }

  /** The type that holds every value exactly. */
  Dtype dtype() {
    return dtype;
  }

  /** Whether elements are stored as {@link #dtype()} is. */
  boolean isPlain() {
    return blockElements == 1;
  }
}
