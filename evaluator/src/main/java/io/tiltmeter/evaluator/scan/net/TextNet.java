package io.tiltmeter.evaluator.scan.net;

import io.tiltmeter.evaluator.embedding.StaticVectors;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A small convolutional network over the static vectors of a request's pieces: how likely it asks
 * for harm. Filters over three and over five pieces, their largest values, and the mean (Y. Kim,
 * "Convolutional Neural Networks for Sentence Classification", EMNLP 2014).
 *
 * <p>What a text asks for stands in a few words, which a mean over all of them drowns. What a piece
 * adds to each filter is worked out when the piece is first met and kept in bytes, at most {@code
 * 11 MB}, so that a piece of a text costs {@value #TAPS} additions and no multiplication. The same
 * numbers on every processor; for several threads.
 */
final class TextNet {
  /** Numbers of a piece's vector after its projection. */
  static final int WIDTH = 32;

  /** How many filters see three pieces at once, and how many five. */
  static final int NARROW = 64;

  static final int WIDE = 32;
  static final int NARROW_REACH = 1;
  static final int WIDE_REACH = 2;

  /** Pieces that are looked at together; of longer texts, several such windows. */
  static final int WINDOW = 64;

  private static final int FILTERS = NARROW + WIDE;
  private static final int WIDE_FROM = NARROW * (2 * NARROW_REACH + 1);
  private static final int TAPS = WIDE_FROM + WIDE * (2 * WIDE_REACH + 1);
  private static final int STEP = 48;
  private static final int MOST_WINDOWS = 4;

  private final TextParameters parameters;

  /** What one step of a byte is worth, for each filter. */
  private final float[] steps = new float[FILTERS];

  private final AtomicReferenceArray<@Nullable Piece> pieces;

  /**
   * What a piece adds.
   *
   * @param taps in steps, for each place of the narrow filters all of them, then of the wide ones
   * @param mean to the log odds, through the mean of all pieces
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Piece(byte[] taps, float mean) {}

  TextNet(TextParameters parameters) {
    this.parameters = parameters;
    this.pieces = new AtomicReferenceArray<>(StaticVectors.shipped().size());
    for (int filter = 0; filter < FILTERS; filter++) {
      steps[filter] = parameters.largest()[filter] / Byte.MAX_VALUE;
    }
  }

  /**
   * The log odds that a request asks for harm: the largest over its beginning, its middle and its
   * end, where it is long.
   *
   * @param ids its pieces
   */
  double score(int[] ids) {
    double best = score(ids, 0);
    int last = ids.length - WINDOW;
    for (int window = 1; window < MOST_WINDOWS && window * STEP < ids.length - STEP / 2; window++) {
      boolean end = window == MOST_WINDOWS - 1;
      best = Math.max(best, score(ids, end ? last : Math.min(last, window * STEP)));
    }
    return best;
  }

  private double score(int[] ids, int from) {
    int count = Math.min(WINDOW, ids.length - from);
    Piece[] text = new Piece[count];
    float mean = 0;
    for (int i = 0; i < count; i++) {
      text[i] = piece(ids[from + i]);
      mean += text[i].mean();
    }
    float[] out = parameters.out();
    float sum = out[out.length - 1] + (count == 0 ? 0 : mean / count);
    int[] largest = largest(text);
    for (int filter = 0; filter < FILTERS; filter++) {
      float value = largest[filter] * steps[filter] + parameters.bias(filter);
      sum += out[filter] * Math.max(0, value);
    }
    return sum;
  }

  /** The largest value of each filter over all places, in steps and without its bias. */
  private static int[] largest(Piece[] text) {
    int[] largest = new int[FILTERS];
    Arrays.fill(largest, Integer.MIN_VALUE / 2);
    int[] values = new int[FILTERS];
    for (int at = 0; at < text.length; at++) {
      Arrays.fill(values, 0);
      for (int place = -WIDE_REACH; place <= WIDE_REACH; place++) {
        int other = at + place;
        if (other >= 0 && other < text.length) {
          add(text[other].taps(), place, values);
        }
      }
      for (int filter = 0; filter < FILTERS; filter++) {
        largest[filter] = Math.max(largest[filter], values[filter]);
      }
    }
    return largest;
  }

  private static void add(byte[] taps, int place, int[] values) {
    if (Math.abs(place) <= NARROW_REACH) {
      int tap = (place + NARROW_REACH) * NARROW;
      for (int filter = 0; filter < NARROW; filter++) {
        values[filter] += taps[tap + filter];
      }
    }
    int tap = WIDE_FROM + (place + WIDE_REACH) * WIDE;
    for (int filter = 0; filter < WIDE; filter++) {
      values[NARROW + filter] += taps[tap + filter];
    }
  }

  private Piece piece(int id) {
    Piece known = pieces.get(id);
    if (known != null) {
      return known;
    }
    Piece made = make(parameters.project(StaticVectors.shipped().vector(id)));
    pieces.set(id, made);
    return made;
  }

  private Piece make(float[] vector) {
    byte[] taps = new byte[TAPS];
    for (int filter = 0; filter < FILTERS; filter++) {
      boolean isNarrow = filter < NARROW;
      int reach = isNarrow ? NARROW_REACH : WIDE_REACH;
      for (int place = -reach; place <= reach; place++) {
        int tap =
            isNarrow
                ? (place + reach) * NARROW + filter
                : WIDE_FROM + (place + reach) * WIDE + filter - NARROW;
        taps[tap] = (byte) Math.round(parameters.tap(filter, place, vector) / steps[filter]);
      }
    }
    float mean = 0;
    for (int i = 0; i < WIDTH; i++) {
      mean += parameters.out()[FILTERS + i] * vector[i];
    }
    return new Piece(taps, mean);
  }
}
