package io.tiltmeter.evaluator.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.zip.CRC32;

/**
 * A short stand-in for the weights of a model, by which its fine-tunes are known as such whatever
 * they are called: of up to 16 matrices, spread over the layers, the signs of 128 random
 * projections (M. Charikar, 2002) of 8,192 sampled elements each.
 *
 * <p>The share of signs in which two sketches differ estimates the angle between their weights.
 * Models that were trained apart are near a right angle; a fine-tune stays near its base. Neurons
 * that were put into another order, or weights that were scaled against each other, hide from it:
 * it finds what was not disguised on purpose.
 *
 * @param matrices ordered by layer and name
 */
public record WeightSketch(List<MatrixSketch> matrices) {
  /** From this similarity on, one model was made of the other, or both of a third. */
  public static final double RELATED = 0.8;

  private static final int MATRICES = 16;
  private static final int SAMPLES = 8192;
  private static final int BITS = 128;
  private static final String LAYERS = "model.layers.";

  /**
   * The sketch of one matrix.
   *
   * @param shape as in the file
   * @param signs 32 hexadecimal digits
   */
  public record MatrixSketch(String name, List<Long> shape, String signs) {
    public MatrixSketch {
      shape = List.copyOf(shape);
    }

    boolean isOfTheSame(MatrixSketch other) {
      return name.equals(other.name) && shape.equals(other.shape);
    }

    /** The estimated cosine of the angle between both matrices. */
    double cosine(MatrixSketch other) {
      byte[] own = HexFormat.of().parseHex(signs);
      byte[] others = HexFormat.of().parseHex(other.signs);
      int different = 0;
      for (int i = 0; i < own.length; i++) {
        different += Integer.bitCount((own[i] ^ others[i]) & 0xff);
      }
      return Math.cos(Math.PI * different / BITS);
    }
  }

  public WeightSketch {
    matrices = List.copyOf(matrices);
  }

  /**
   * The sketch of a model's weights.
   *
   * @throws ModelException if it is no model that can be read
   */
  public static WeightSketch of(Path model) {
    List<TensorEntry> all =
        CheckpointReader.read(model).tensors().values().stream()
            .filter(entry -> entry.name().startsWith(LAYERS) && entry.shape().size() == 2)
            .sorted(Comparator.comparingInt(WeightSketch::layer).thenComparing(TensorEntry::name))
            .toList();
    List<MatrixSketch> sketches = new ArrayList<>();
    int count = Math.min(MATRICES, all.size());
    for (int i = 0; i < count; i++) {
      sketches.add(sketch(all.get((int) ((long) i * all.size() / count))));
    }
    return new WeightSketch(sketches);
  }

  private static int layer(TensorEntry entry) {
    String rest = entry.name().substring(LAYERS.length());
    return Integer.parseInt(rest.substring(0, rest.indexOf('.')));
  }

  private static MatrixSketch sketch(TensorEntry entry) {
    long elements = entry.length() / entry.dtype().bytes();
    double[] sums = new double[BITS];
    float[] value = new float[1];
    long seed = seed(entry.name());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = TensorData.map(entry, arena);
      for (int i = 0; i < SAMPLES; i++) {
        long random = mix(seed + 3L * i);
        TensorData.read(bytes, entry.dtype(), Long.remainderUnsigned(random, elements), value);
        if (Float.isFinite(value[0])) {
          add(sums, value[0], mix(seed + 3L * i + 1), mix(seed + 3L * i + 2));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be read".formatted(entry.file()), e);
    }
    return new MatrixSketch(entry.name(), entry.shape(), signs(sums));
  }

  private static void add(double[] sums, float value, long low, long high) {
    for (int bit = 0; bit < BITS; bit++) {
      long word = bit < Long.SIZE ? low : high;
      sums[bit] += (word >>> bit & 1) == 0 ? value : -value;
    }
  }

  private static String signs(double[] sums) {
    byte[] signs = new byte[BITS / Byte.SIZE];
    for (int bit = 0; bit < BITS; bit++) {
      if (sums[bit] > 0) {
        signs[bit / Byte.SIZE] |= (byte) (1 << bit % Byte.SIZE);
      }
    }
    return HexFormat.of().formatHex(signs);
  }

  private static long seed(String name) {
    CRC32 sum = new CRC32();
    sum.update(name.getBytes(StandardCharsets.UTF_8));
    return mix(sum.getValue());
  }

  /** A bijection whose outputs look random (SplitMix64's last step). */
  private static long mix(long value) {
    long mixed = value + 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }

  /**
   * The estimated cosine between the weights of two models, the mean over their matrices, in [-1,
   * 1]; none where they have too few matrices of the same names and shapes to be of one family.
   */
  public OptionalDouble similarity(WeightSketch other) {
    Map<String, MatrixSketch> others = new HashMap<>();
    other.matrices.forEach(matrix -> others.put(matrix.name(), matrix));
    List<MatrixSketch> common =
        matrices.stream()
            .filter(
                matrix -> {
                  MatrixSketch twin = others.get(matrix.name());
                  return twin != null && twin.isOfTheSame(matrix);
                })
            .toList();
    if (common.isEmpty() || 2 * common.size() < Math.max(matrices.size(), others.size())) {
      return OptionalDouble.empty();
    }
    return common.stream()
        .mapToDouble(
            matrix -> {
              MatrixSketch twin = others.get(matrix.name());
              return twin == null ? 0 : matrix.cosine(twin);
            })
        .average();
  }

  /** Whether one was made of the other, or both of a third. */
  public boolean isRelatedTo(WeightSketch other) {
    return similarity(other).orElse(0) >= RELATED;
  }
}
