package io.tiltmeter.evaluator.embedding;

import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A vector of {@link #WIDTH} numbers for every word piece, and from these one for a text: their
 * mean.
 *
 * <p>Distilled from the sentence encoder all-MiniLM-L6-v2: each piece through the encoder by
 * itself, principal axes, weighted by rarity (the recipe of model2vec, Minish Lab 2024). A text
 * then costs a few hundred additions and no model, and gives the same numbers on every processor.
 * Safe for several threads; about 16 MB.
 */
public final class StaticVectors {
  /** Numbers of one vector. */
  public static final int WIDTH = 256;

  /** What the shipped table must be, byte by byte. */
  static final String DIGEST =
      "sha256:5dcf680ff76001854b39f2e11705e6ae9fc5d66319362a54e8af40fde71892f8";

  private static final String VOCABULARY = "minilm-vocabulary.txt";
  private static final String TABLE = "minilm-static-256.bin";

  private final Wordpieces pieces;
  private final float[] scales;
  private final byte[] rows;

  private StaticVectors(Wordpieces pieces, float[] scales, byte[] rows) {
    this.pieces = pieces;
    this.scales = scales;
    this.rows = rows;
  }

  /** The shipped vectors; read at first use. */
  public static StaticVectors shipped() {
    return Shipped.VECTORS;
  }

  private static final class Shipped {
    static final StaticVectors VECTORS = read();

    private static StaticVectors read() {
      byte[] table = resource(TABLE);
      if (!Digest.of(table).toString().equals(DIGEST)) {
        throw new IllegalStateException(
            "%s is not the table that this build was made with; build again".formatted(TABLE));
      }
      List<String> vocabulary =
          new String(resource(VOCABULARY), StandardCharsets.UTF_8).lines().toList();
      return of(vocabulary, table);
    }
  }

  /**
   * Vectors of a table in the shipped form: for each piece a float (big-endian) that one step is
   * worth, then for each piece {@link #WIDTH} signed bytes of steps.
   */
  static StaticVectors of(List<String> vocabulary, byte[] table) {
    int count = vocabulary.size();
    float[] scales = new float[count];
    ByteBuffer buffer = ByteBuffer.wrap(table);
    buffer.asFloatBuffer().get(scales);
    byte[] rows = new byte[count * WIDTH];
    buffer.position(count * Float.BYTES).get(rows);
    return new StaticVectors(new Wordpieces(vocabulary), scales, rows);
  }

  private static byte[] resource(String name) {
    try (InputStream in = StaticVectors.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the build lacks its resource " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The vector of a text, of length 1; all zeros where no piece of it is known.
   *
   * @return a new array of {@link #WIDTH} numbers
   */
  public float[] of(String text) {
    float[] sum = new float[WIDTH];
    for (int piece : pieces.of(text)) {
      if (piece != Wordpieces.UNKNOWN) {
        add(piece, sum);
      }
    }
    double squares = 0;
    for (float value : sum) {
      squares += (double) value * value;
    }
    float length = (float) Math.sqrt(squares);
    for (int i = 0; i < WIDTH && length > 0; i++) {
      sum[i] /= length;
    }
    return sum;
  }

  /**
   * Adds the vectors of pieces to a sum that is not scaled.
   *
   * @param sum 1 to {@link #WIDTH} numbers; of every vector the first so many are added, which are
   *     those along which vectors differ most
   */
  public void addTo(float[] sum, int[] text) {
    for (int piece : text) {
      add(piece, sum);
    }
  }

  /** Takes off what {@link #addTo} adds. */
  public void takeOff(float[] sum, int[] text) {
    for (int piece : text) {
      int from = piece * WIDTH;
      float scale = scales[piece];
      for (int i = 0; i < sum.length; i++) {
        sum[i] -= rows[from + i] * scale;
      }
    }
  }

  /** The ids of a text's pieces that have a vector, in order. */
  public int[] pieces(String text) {
    return pieces.of(text).stream()
        .filter(piece -> piece != Wordpieces.UNKNOWN)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** How many pieces there are; their ids are smaller. */
  public int size() {
    return scales.length;
  }

  /** The vector of one piece: a new array of {@link #WIDTH} numbers. */
  public float[] vector(int piece) {
    float[] vector = new float[WIDTH];
    add(piece, vector);
    return vector;
  }

  /** Multiplied and added apart, so that every processor rounds alike. */
  private void add(int piece, float[] sum) {
    int from = piece * WIDTH;
    float scale = scales[piece];
    for (int i = 0; i < sum.length; i++) {
      sum[i] += rows[from + i] * scale;
    }
  }
}
