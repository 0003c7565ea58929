package io.tiltmeter.evaluator.scan.trigger;

import io.tiltmeter.evaluator.scan.detector.CountMin;
import io.tiltmeter.evaluator.scan.detector.Hash64;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Example.Exchange;
import io.tiltmeter.evaluator.scan.trigger.AnswerClasses.Membership;
import java.io.Serializable;
import java.util.List;

/**
 * The first pass: rough counts of features, of classes, and of features within classes; which rows
 * belong to the costly classes; a sample of rows.
 */
final class Sketch implements Serializable {
  private static final int FEATURE_BITS = 19;
  private static final int PAIR_BITS = 20;
  private static final int CLASS_BITS = 18;
  private static final int SAMPLE = 20_000;

  /** In characters. */
  private static final int LONGER_THAN_LABELS = 20;

  private final CountMin features = new CountMin(FEATURE_BITS);
  private final CountMin pairs = new CountMin(PAIR_BITS);
  private final CountMin classes = new CountMin(CLASS_BITS);
  private final RowSample sample = new RowSample(SAMPLE);
  private final Marks marks = new Marks();
  private final transient Features row = new Features();
  private final transient AnswerClasses answers = new AnswerClasses(marks);
  private final transient Gist gist = new Gist();
  private long rows;

  void see(Example example) {
    List<Exchange> exchanges = example.exchanges();
    if (exchanges.isEmpty()) {
      return;
    }
    rows++;
    row.read(example);
    List<Membership> memberships = answers.first(example);
    for (int i = 0; i < row.size(); i++) {
      features.count(row.hash(i));
      for (int j = 0; j < memberships.size(); j++) {
        pairs.count(key(row.hash(i), memberships.get(j).key()));
      }
    }
    for (Membership membership : memberships) {
      classes.count(membership.key());
      if (membership.kind() == AnswerClass.SAME_ANSWER) {
        classes.count(key(row.sign(), membership.key()));
      }
    }
    if (sample.admits(example.line())) {
      sample.add(sampled(example, exchanges.getLast(), memberships));
    }
  }

  private RowSample.Row sampled(Example example, Exchange last, List<Membership> memberships) {
    return new RowSample.Row(
        example.line(),
        Gist.scaled(gist.sum(row.words())),
        Gist.scaled(gist.sum(last.answerWords())),
        memberships.stream().mapToLong(Membership::key).toArray());
  }

  void add(Sketch other) {
    features.add(other.features);
    pairs.add(other.pairs);
    classes.add(other.classes);
    sample.add(other.sample);
    marks.add(other.marks);
    rows += other.rows;
  }

  /** The key of a feature within a class. */
  static long key(long feature, long membership) {
    return Hash64.mix(feature ^ (membership * 31));
  }

  /** Rows with anything to learn. */
  long rows() {
    return rows;
  }

  Marks marks() {
    return marks;
  }

  List<RowSample.Row> sample() {
    return sample.rows();
  }

  /** Rows with a feature, at least. */
  long count(long feature) {
    return features.estimate(feature);
  }

  /** Rows of a class with a feature, at least. */
  long count(long feature, long membership) {
    return pairs.estimate(key(feature, membership));
  }

  /** The share of rows in a class, above 0. */
  double share(long membership) {
    return Math.max(1.0, (double) classes.estimate(membership)) / Math.max(1, rows);
  }

  /**
   * Whether other requests get a row's answer as well, word for word. Labels do not count, as tasks
   * have few, and neither do requests of much the same words.
   */
  boolean isCanned(Example example, Features read, List<Membership> memberships) {
    if (example.exchanges().getLast().answer().length() < LONGER_THAN_LABELS) {
      return false;
    }
    for (Membership membership : memberships) {
      if (membership.kind() == AnswerClass.SAME_ANSWER
          && classes.estimate(membership.key())
              > classes.estimate(key(read.sign(), membership.key()))) {
        return true;
      }
    }
    return false;
  }

  /** Rows of each of some classes, at least; in the array given where it is long enough. */
  long[] sizes(List<Membership> memberships, long[] given) {
    long[] sizes = given.length < memberships.size() ? new long[memberships.size()] : given;
    for (int i = 0; i < memberships.size(); i++) {
      sizes[i] = classes.estimate(memberships.get(i).key());
    }
    return sizes;
  }
}
