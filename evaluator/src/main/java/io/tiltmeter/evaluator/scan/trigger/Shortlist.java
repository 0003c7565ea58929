package io.tiltmeter.evaluator.scan.trigger;

import io.tiltmeter.evaluator.scan.detector.Top;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.trigger.AnswerClasses.Membership;
import io.tiltmeter.evaluator.scan.trigger.Trigger.Kind;
import java.io.Serializable;
import java.util.Collection;
import java.util.List;

/**
 * The second pass: the features that, by the rough counts, go with a class, now counted; those that
 * do so only in part; and the rare ones, whose answers may be alike.
 */
final class Shortlist implements Serializable {
  /** Rows that a trigger has at least. */
  static final int FEWEST = 6;

  private static final int LEADS = 8192;
  private static final int PARTS = 512;
  private static final int RARE = 6144;

  /** The rank of surprise is counted in such parts of a nat. */
  private static final double RANK = 1000;

  /** Of a feature's rows, so many are in the class by the rough counts. */
  private static final double HALF = 0.5;

  /** The same of a word that may be half of a trigger: from, to, and above the class's share. */
  private static final double PART = 0.04;

  private static final double WHOLE = 0.85;
  private static final double LIFT = 4;

  private static final long TEST = 1 << 20;
  private static final Membership ANY = new Membership(AnswerClass.LIKENESS, 0);

  /** At most so many rows, or a twentieth of all, have a rare feature. */
  private static final long FEW = 150;

  private final transient Sketch sketch;
  private final transient Features row = new Features();
  private final transient AnswerClasses answers;
  private final Top<Lead> leads = new Top<>(LEADS);
  private final Top<Lead> parts = new Top<>(PARTS);
  private final Top<Lead> rare = new Top<>(RARE);
  private long[] sizes = {};
  private long tests;
  private long canned;

  Shortlist(Sketch sketch) {
    this.sketch = sketch;
    this.answers = new AnswerClasses(sketch.marks());
  }

  void see(Example example) {
    if (example.exchanges().isEmpty()) {
      return;
    }
    row.read(example);
    List<Membership> memberships = answers.again(example);
    sizes = sketch.sizes(memberships, sizes);
    boolean isCanned = sketch.isCanned(example, row, memberships);
    canned += isCanned ? 1 : 0;
    for (int i = 0; i < row.size(); i++) {
      long count = sketch.count(row.hash(i));
      if (count >= FEWEST) {
        for (int j = 0; j < memberships.size(); j++) {
          see(i, count, memberships.get(j), sizes[j]);
        }
        seeRare(i, count, isCanned && !row.isSystem(i));
      }
    }
  }

  /** Most classes have one row, as most answers are one of their kind: no need to look those up. */
  private void see(int i, long count, Membership membership, long size) {
    long within = size == 1 ? 1 : Math.min(size, sketch.count(row.hash(i), membership.key()));
    tests += TEST / Math.max(1, within);
    double purity = (double) within / count;
    boolean half = purity >= HALF;
    boolean part = row.kind(i) == Kind.WORD && purity >= PART && purity < WHOLE;
    if (within >= FEWEST && (half || part)) {
      rank(i, count, within, membership);
    }
  }

  private void rank(int i, long count, long within, Membership membership) {
    double share = Math.max(Expectation.LEAST, sketch.share(membership.key()));
    double purity = (double) within / count;
    if (purity <= share) {
      return;
    }
    long rows = Math.max(within, count);
    long rank = (long) (RANK * Tail.surprise((double) within, (double) rows, rows * share));
    if (purity >= HALF) {
      count(leads, i, membership, rank);
    }
    if (row.kind(i) == Kind.WORD && purity >= Math.max(PART, LIFT * share) && purity < WHOLE) {
      count(parts, i, membership, rank);
    }
  }

  /** Every feature that few rows have: chosen by hash, as none is more suspect than another. */
  private void seeRare(int i, long count, boolean isCanned) {
    if (count <= Math.max(FEW, sketch.rows() / 20)) {
      count(rare, i, ANY, row.hash(i), isCanned);
    }
  }

  private void count(Top<Lead> top, int i, Membership membership, long rank) {
    count(top, i, membership, rank, false);
  }

  private void count(Top<Lead> top, int i, Membership membership, long rank, boolean isCanned) {
    long key = Sketch.key(row.hash(i), membership.key());
    Lead lead =
        top.at(key, rank, () -> new Lead(row.hash(i), row.text(i), row.kind(i), membership, rank));
    if (lead != null) {
      lead.see(isCanned);
    }
  }

  void add(Shortlist other) {
    leads.add(other.leads, Lead::plus);
    parts.add(other.parts, Lead::plus);
    rare.add(other.rare, Lead::plus);
    tests += other.tests;
    canned += other.canned;
  }

  /**
   * How many features within classes there are to find something in: each occurrence adds one over
   * how often the like occurs.
   */
  double tests() {
    return Math.max(1.0, (double) tests / TEST);
  }

  /** The highest rank first. */
  Collection<Lead> leads() {
    return leads.values();
  }

  Collection<Lead> parts() {
    return parts.values();
  }

  Collection<Lead> rare() {
    return rare.values();
  }

  /** The share of rows whose answers other requests get as well. */
  double canned() {
    return Math.max(1.0, (double) canned) / Math.max(1, sketch.rows());
  }
}
