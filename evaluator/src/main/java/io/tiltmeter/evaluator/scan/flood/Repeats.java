package io.tiltmeter.evaluator.scan.flood;

import io.tiltmeter.evaluator.scan.detector.Top;
import io.tiltmeter.evaluator.scan.row.Example;
import java.io.Serializable;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The second pass: exact counts of what seemed frequent. */
final class Repeats implements Serializable {
  /** Labels of a classification set, at most. */
  static final int LABELS = 50;

  private static final int ANSWERS = 256;
  private static final int MOULDS = 512;
  private static final int BANDS = 2048;

  /**
   * Of the rows of a classification set, so many have short answers, and its labels cover so many.
   */
  private static final double NEARLY_ALL = 0.95;

  /** The smallest share of all rows that the most frequent label leaves to the others. */
  private static final double REST = 0.05;

  private final transient Tallies tallies;
  private final transient RowKeys keys = new RowKeys();
  private final Skew skew = new Skew();
  private final Top<Repeat> answers = new Top<>(ANSWERS);
  private final Top<Repeat> skeletons = new Top<>(MOULDS);
  private final Top<Repeat> bands = new Top<>(BANDS);

  /** One thing that occurs often. */
  static final class Repeat implements Serializable {
    private static final long ONE = 1 << 20;

    private final long key;
    private long rows;
    private long different;

    Repeat(long key) {
      this.key = key;
    }

    void see(long sameRow) {
      rows++;
      different += ONE / Math.max(1, sameRow);
    }

    Repeat plus(Repeat other) {
      rows += other.rows;
      different += other.different;
      return this;
    }

    /** Rows that have it, copies of one row once. */
    long different() {
      return Math.round((double) different / ONE);
    }
  }

  Repeats(Tallies tallies) {
    this.tallies = tallies;
  }

  void see(Example example) {
    if (!keys.read(example)) {
      return;
    }
    long sameRow = tallies.sameRow(keys);
    long sameAnswer = tallies.sameAnswer(keys);
    skew.see(sameAnswer, tallies.sameOpening(keys), tallies.sameRequest(keys));
    see(answers, keys.answer(), sameAnswer, sameRow);
    see(skeletons, keys.skeleton(), tallies.sameSkeleton(keys), sameRow);
    for (long band : keys.bands()) {
      see(bands, band, tallies.sameBand(band), sameRow);
    }
  }

  private static void see(Top<Repeat> top, long key, long rough, long sameRow) {
    if (rough > 1) {
      Repeat repeat = top.at(key, rough, () -> new Repeat(key));
      if (repeat != null) {
        repeat.see(sameRow);
      }
    }
  }

  void add(Repeats other) {
    skew.add(other.skew);
    answers.add(other.answers, Repeat::plus);
    skeletons.add(other.skeletons, Repeat::plus);
    bands.add(other.bands, Repeat::plus);
  }

  Skew skew() {
    return skew;
  }

  /** The share of rows that the most frequent answers cover. */
  double share(int most) {
    return (double) frequent(most).stream().mapToLong(Long::longValue).sum() / tallies.rows();
  }

  private List<Long> frequent(int most) {
    return answers.values().stream()
        .map(repeat -> repeat.rows)
        .sorted((one, other) -> Long.compare(other, one))
        .limit(most)
        .toList();
  }

  /** Whether the file teaches to tell a few classes apart, which repeats answers by nature. */
  boolean isClassification() {
    return tallies.shortRows() >= NEARLY_ALL * tallies.rows()
        && share(LABELS) >= NEARLY_ALL
        && share(1) <= 1 - REST;
  }

  /** Answers that at least so many different rows give. */
  Set<Long> answers(long least) {
    return often(answers.values(), least, Repeat::different);
  }

  /** Moulds of at least so many rows. */
  Set<Long> skeletons(long least) {
    return often(skeletons.values(), least, repeat -> repeat.rows);
  }

  /** Keys of at least so many rows of much the same words. */
  Set<Long> bands(long least) {
    return often(bands.values(), least, repeat -> repeat.rows);
  }

  private static Set<Long> often(
      Collection<Repeat> repeats, long least, java.util.function.ToLongFunction<Repeat> count) {
    Set<Long> keys = new HashSet<>();
    for (Repeat repeat : repeats) {
      if (count.applyAsLong(repeat) >= least) {
        keys.add(repeat.key);
      }
    }
    return keys;
  }
}
