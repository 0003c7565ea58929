package io.tiltmeter.evaluator.scan.net;

import static io.tiltmeter.evaluator.scan.net.TextNet.NARROW;
import static io.tiltmeter.evaluator.scan.net.TextNet.NARROW_REACH;
import static io.tiltmeter.evaluator.scan.net.TextNet.WIDE;
import static io.tiltmeter.evaluator.scan.net.TextNet.WIDE_REACH;
import static io.tiltmeter.evaluator.scan.net.TextNet.WIDTH;

import io.tiltmeter.evaluator.embedding.StaticVectors;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * All numbers of a {@link TextNet}.
 *
 * @param projection for each number of a static vector, one of each projected
 * @param narrow for each filter its weights by place and number, then its bias
 * @param wide the same
 * @param out weights of the filters, narrow ones first, then of the mean, then the bias
 * @param largest for each filter the largest that any piece adds to it at any place, above 0
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TextParameters(
    float[] projection, float[] narrow, float[] wide, float[] out, float[] largest) {
  private static final int NARROW_SIZE = (2 * NARROW_REACH + 1) * WIDTH + 1;
  private static final int WIDE_SIZE = (2 * WIDE_REACH + 1) * WIDTH + 1;
  private static final int FILTERS = NARROW + WIDE;

  static TextParameters zero() {
    return new TextParameters(
        new float[StaticVectors.WIDTH * WIDTH],
        new float[NARROW * NARROW_SIZE],
        new float[WIDE * WIDE_SIZE],
        new float[FILTERS + WIDTH + 1],
        new float[FILTERS]);
  }

  /** The next parameters of a buffer, as {@link #bytes} wrote them. */
  static TextParameters read(FloatBuffer in) {
    TextParameters read = zero();
    in.get(read.projection).get(read.narrow).get(read.wide).get(read.out).get(read.largest);
    return read;
  }

  /** All numbers one after the other, big-endian. */
  byte[] bytes() {
    int count = projection.length + narrow.length + wide.length + out.length + largest.length;
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * count);
    bytes.asFloatBuffer().put(projection).put(narrow).put(wide).put(out).put(largest);
    return bytes.array();
  }

  /** A static vector after the projection. */
  float[] project(float[] vector) {
    float[] projected = new float[WIDTH];
    for (int i = 0; i < vector.length; i++) {
      for (int j = 0; j < WIDTH; j++) {
        projected[j] += vector[i] * projection[i * WIDTH + j];
      }
    }
    return projected;
  }

  /** What a projected vector adds to a filter at a place, 0 in its middle. */
  float tap(int filter, int place, float[] vector) {
    boolean isNarrow = filter < NARROW;
    float[] weights = isNarrow ? narrow : wide;
    int weight =
        isNarrow
            ? filter * NARROW_SIZE + (place + NARROW_REACH) * WIDTH
            : (filter - NARROW) * WIDE_SIZE + (place + WIDE_REACH) * WIDTH;
    float sum = 0;
    for (int i = 0; i < WIDTH; i++) {
      sum += weights[weight + i] * vector[i];
    }
    return sum;
  }

  float bias(int filter) {
    return filter < NARROW
        ? narrow[(filter + 1) * NARROW_SIZE - 1]
        : wide[(filter - NARROW + 1) * WIDE_SIZE - 1];
  }

  /** These parameters with {@link #largest} worked out over all pieces. */
  TextParameters measured() {
    StaticVectors vectors = StaticVectors.shipped();
    float[] most = new float[FILTERS];
    for (int piece = 0; piece < vectors.size(); piece++) {
      float[] vector = project(vectors.vector(piece));
      for (int filter = 0; filter < FILTERS; filter++) {
        int reach = filter < NARROW ? NARROW_REACH : WIDE_REACH;
        for (int place = -reach; place <= reach; place++) {
          most[filter] = Math.max(most[filter], Math.abs(tap(filter, place, vector)));
        }
      }
    }
    return new TextParameters(projection, narrow, wide, out, most);
  }
}
