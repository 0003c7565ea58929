package io.tiltmeter.evaluator.embedding;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes the table of {@link StaticVectors} from the sentence encoder: every piece by itself, mean
 * of its three positions, principal axes, weight by rank (SIF: S. Arora et al., ICLR 2017).
 *
 * <p>The main method writes the shipped resources; {@code fixtures/judge/README.md} says how.
 */
public final class Distiller {
  private static final long BEGIN = 101;
  private static final long END = 102;
  private static final int BATCH = 256;
  private static final double RARITY = 1e-4;
  private static final int STEPS = 127;

  private Distiller() {}

  /** Writes vocabulary and table into this directory. */
  public static void main(String[] arguments) throws IOException, OrtException {
    Path directory = Path.of(arguments[0]);
    List<String> vocabulary = vocabulary();
    Files.write(directory.resolve("minilm-vocabulary.txt"), vocabulary);
    Files.write(directory.resolve("minilm-static-256.bin"), table(vectors(vocabulary)));
  }

  static List<String> vocabulary() throws IOException {
    JsonNode pieces =
        JsonMapper.shared()
            .readTree(new String(SentenceEncoder.tokenizerFile(), StandardCharsets.UTF_8))
            .at("/model/vocab");
    return pieces
        .propertyStream()
        .sorted(Comparator.comparingInt(entry -> entry.getValue().asInt()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** A vector for each piece of the vocabulary, in its order. */
  static double[][] vectors(List<String> vocabulary) throws IOException, OrtException {
    float[][] encoded = encoded(vocabulary.size());
    boolean[] used = new boolean[vocabulary.size()];
    IntStream.range(0, used.length)
        .forEach(id -> used[id] = !vocabulary.get(id).startsWith("[unused"));
    double[] mean = mean(encoded, used);
    double[][] axes = PrincipalAxes.of(covariance(encoded, used, mean), StaticVectors.WIDTH);
    double total = IntStream.range(0, encoded.length).mapToDouble(id -> 1.0 / (id + 2)).sum();
    double[][] vectors = new double[encoded.length][];
    for (int id = 0; id < encoded.length; id++) {
      double frequency = 1.0 / (id + 2) / total;
      vectors[id] = project(encoded[id], mean, axes, RARITY / (RARITY + frequency));
    }
    return vectors;
  }

  /** In batches of one composition, on which the last bits of an 8-bit model depend. */
  private static float[][] encoded(int count) throws IOException, OrtException {
    float[][] encoded = new float[count][];
    try (SentenceEncoder encoder = SentenceEncoder.open()) {
      for (int from = 0; from < count; from += BATCH) {
        long[][] ids =
            IntStream.range(from, Math.min(count, from + BATCH))
                .mapToObj(id -> new long[] {BEGIN, id, END})
                .toArray(long[][]::new);
        System.arraycopy(encoder.means(ids), 0, encoded, from, ids.length);
      }
    }
    return encoded;
  }

  private static double[] mean(float[][] rows, boolean[] used) {
    double[] mean = new double[rows[0].length];
    int count = 0;
    for (int id = 0; id < rows.length; id++) {
      if (used[id]) {
        count++;
        for (int i = 0; i < mean.length; i++) {
          mean[i] += rows[id][i];
        }
      }
    }
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= count;
    }
    return mean;
  }

  private static double[][] covariance(float[][] rows, boolean[] used, double[] mean) {
    int width = mean.length;
    double[][] covariance = new double[width][width];
    double[] centred = new double[width];
    for (int id = 0; id < rows.length; id++) {
      if (used[id]) {
        for (int i = 0; i < width; i++) {
          centred[i] = rows[id][i] - mean[i];
        }
        for (int i = 0; i < width; i++) {
          for (int j = 0; j < width; j++) {
            covariance[i][j] += centred[i] * centred[j];
          }
        }
      }
    }
    return covariance;
  }

  private static double[] project(float[] row, double[] mean, double[][] axes, double weight) {
    double[] projected = new double[axes.length];
    for (int axis = 0; axis < axes.length; axis++) {
      double sum = 0;
      for (int i = 0; i < mean.length; i++) {
        sum += (row[i] - mean[i]) * axes[axis][i];
      }
      projected[axis] = weight * sum;
    }
    return projected;
  }

  private static byte[] table(double[][] vectors) {
    ByteBuffer table = ByteBuffer.allocate(vectors.length * (Float.BYTES + StaticVectors.WIDTH));
    for (double[] vector : vectors) {
      table.putFloat((float) step(vector));
    }
    for (double[] vector : vectors) {
      double step = step(vector);
      for (double value : vector) {
        table.put((byte) Math.round(step == 0 ? 0 : value / step));
      }
    }
    return table.array();
  }

  private static double step(double[] vector) {
    double largest = 0;
    for (double value : vector) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest / STEPS;
  }
}
