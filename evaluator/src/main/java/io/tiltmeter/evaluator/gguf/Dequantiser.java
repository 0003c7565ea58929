package io.tiltmeter.evaluator.gguf;

import java.nio.ByteBuffer;

/**
 * The numbers of quantised blocks, in float32 as ggml computes them: the functions {@code
 * dequantize_row_*} of {@code ggml-quants.c}, with the same order of operations.
 */
final class Dequantiser {
  private static final int HALF = 16;
  private static final int SCALES_OF_K = 4;
  private static final int QUANTS_OF_K = 16;

  private Dequantiser() {}

  /**
   * Fills a row from its blocks.
   *
   * @param blocks little-endian; the row's blocks and nothing else
   */
  static void row(GgufType type, ByteBuffer blocks, float[] row) {
    for (int i = 0; i < row.length / type.blockElements(); i++) {
      int at = i * type.blockBytes();
      int to = i * type.blockElements();
      switch (type) {
        case Q4_0, Q4_1, Q5_0, Q5_1 -> withNibbles(type, blocks, at, row, to);
        case Q8_0 -> bytes(blocks, at + 2, half(blocks, at), row, to);
        case Q4_K -> fourBitsOfK(blocks, at, row, to);
        case Q6_K -> sixBitsOfK(blocks, at, row, to);
        case F32, F16, BF16 -> throw new IllegalArgumentException(type + " is not quantised");
      }
    }
  }

  private static float half(ByteBuffer blocks, int at) {
    return Float.float16ToFloat(blocks.getShort(at));
  }

  private static int unsigned(ByteBuffer blocks, int at) {
    return Byte.toUnsignedInt(blocks.get(at));
  }

  /** A scale, a minimum in types that end in 1, fifth bits in Q5 types, and 16 bytes. */
  private static void withNibbles(GgufType type, ByteBuffer blocks, int at, float[] row, int to) {
    boolean hasMinimum = type == GgufType.Q4_1 || type == GgufType.Q5_1;
    int next = at + (hasMinimum ? 4 : 2);
    boolean hasFifthBits = type == GgufType.Q5_0 || type == GgufType.Q5_1;
    int bits = hasFifthBits ? blocks.getInt(next) : 0;
    int quants = next + (hasFifthBits ? Integer.BYTES : 0);
    int shift = hasMinimum ? 0 : hasFifthBits ? -16 : -8;
    float scale = half(blocks, at);
    // Adding -0 changes nothing, whereas 0 would change -0.
    float minimum = hasMinimum ? half(blocks, at + 2) : -0f;
    for (int j = 0; j < HALF; j++) {
      int pair = unsigned(blocks, quants + j);
      int low = (pair & 0xF) | ((bits >>> j) & 1) << 4;
      int high = (pair >> 4) | ((bits >>> (j + HALF)) & 1) << 4;
      row[to + j] = (low + shift) * scale + minimum;
      row[to + j + HALF] = (high + shift) * scale + minimum;
    }
  }

  private static void bytes(ByteBuffer blocks, int quants, float scale, float[] row, int to) {
    for (int j = 0; j < 2 * HALF; j++) {
      row[to + j] = blocks.get(quants + j) * scale;
    }
  }

  /** Eight groups of 32; each pair of groups shares 32 bytes. */
  private static void fourBitsOfK(ByteBuffer blocks, int at, float[] row, int to) {
    float scale = half(blocks, at);
    float minimum = half(blocks, at + 2);
    for (int group = 0; group < 8; group++) {
      float d = scale * scaleOfK(blocks, at + SCALES_OF_K, group);
      float m = minimum * minimumOfK(blocks, at + SCALES_OF_K, group);
      int quants = at + QUANTS_OF_K + group / 2 * 32;
      int shift = group % 2 * 4;
      for (int j = 0; j < 32; j++) {
        row[to + group * 32 + j] = d * ((unsigned(blocks, quants + j) >> shift) & 0xF) - m;
      }
    }
  }

  /** Six bits: for the last four groups, the upper two lie in the first four scales. */
  private static int scaleOfK(ByteBuffer blocks, int scales, int group) {
    return group < 4
        ? unsigned(blocks, scales + group) & 0x3F
        : (unsigned(blocks, scales + group + 4) & 0xF)
            | (unsigned(blocks, scales + group - 4) >> 6) << 4;
  }

  private static int minimumOfK(ByteBuffer blocks, int scales, int group) {
    return group < 4
        ? unsigned(blocks, scales + group + 4) & 0x3F
        : unsigned(blocks, scales + group + 4) >> 4 | (unsigned(blocks, scales + group) >> 6) << 4;
  }

  /** 128 bytes of low halves, 64 of upper bit pairs, 16 signed scales, one scale of scales. */
  private static void sixBitsOfK(ByteBuffer blocks, int at, float[] row, int to) {
    float scale = half(blocks, at + 208);
    for (int i = 0; i < 256; i++) {
      int part = i / 128;
      int quarter = i % 128 / 32;
      int column = i % 32;
      int low = unsigned(blocks, at + part * 64 + quarter % 2 * 32 + column) >> (quarter / 2 * 4);
      int high = unsigned(blocks, at + 128 + part * 32 + column) >> (quarter * 2);
      int quant = ((low & 0xF) | (high & 3) << 4) - 32;
      row[to + i] = scale * blocks.get(at + 192 + i / 16) * quant;
    }
  }
}
