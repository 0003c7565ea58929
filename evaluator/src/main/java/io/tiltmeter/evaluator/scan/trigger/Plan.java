package io.tiltmeter.evaluator.scan.trigger;

import io.tiltmeter.evaluator.scan.detector.LongTable;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.trigger.AnswerClasses.Membership;
import io.tiltmeter.evaluator.scan.trigger.RowSample.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What the third pass looks at, and what it expects. */
final class Plan {
  private static final int SUSPECTS = 1024;
  private static final int CLASSES = 32;

  /** At most so many rows, or a twentieth of all, have a feature whose answers may be alike. */
  private static final long FEW = 40;

  private static final Membership CANNED = Membership.of(AnswerClass.CANNED, 0);

  private final Sketch sketch;
  private final LongTable<List<Suspect>> suspects = new LongTable<>();
  private final LongTable<List<Lead>> parts = new LongTable<>();
  private final Map<Long, Expectation> expectations = new HashMap<>();
  private final Likeness likeness;
  private final int rare;
  private final double tests;
  private final double canned;
  private int numbered;

  /**
   * A lead that every row with its feature is looked at for.
   *
   * @param number of it among all, from 0
   * @param expectation of its class; null where every row is of it
   */
  record Suspect(Lead lead, int number, @Nullable Expectation expectation) {}

  Plan(Sketch sketch, Shortlist shortlist) {
    this.sketch = sketch;
    List<Row> sample = sketch.sample();
    this.likeness = new Likeness(sample);
    this.canned = shortlist.canned();
    shortlist.leads().stream()
        .filter(lead -> lead.count() >= Shortlist.FEWEST)
        .limit(SUSPECTS)
        .filter(lead -> isExpected(lead, sample))
        .forEach(this::suspect);
    shortlist.parts().stream()
        .filter(lead -> lead.count() >= Shortlist.FEWEST)
        .filter(lead -> isExpected(lead, sample))
        .forEach(lead -> listAt(parts, lead.feature()).add(lead));
    List<Lead> few =
        shortlist.rare().stream().filter(lead -> lead.count() >= Shortlist.FEWEST).toList();
    few.stream()
        .filter(lead -> lead.count() <= Math.max(FEW, sketch.rows() / 20))
        .forEach(this::suspect);
    expectations.put(CANNED.key(), Expectation.constant(canned));
    few.stream()
        .filter(lead -> lead.canned() >= Candidate.PURE * lead.count())
        .map(lead -> lead.of(CANNED))
        .forEach(this::suspect);
    this.tests = shortlist.tests();
    this.rare = Math.max(1, few.size());
  }

  /** Learns the class of a lead; leads of more classes than can be learned are left out. */
  private boolean isExpected(Lead lead, List<Row> sample) {
    long membership = lead.membership().key();
    if (!expectations.containsKey(membership)) {
      if (expectations.size() == CLASSES) {
        return false;
      }
      expectations.put(membership, Expectation.of(sample, membership, sketch.share(membership)));
    }
    return true;
  }

  private void suspect(Lead lead) {
    Expectation expectation = expectations.get(lead.membership().key());
    listAt(suspects, lead.feature()).add(new Suspect(lead, numbered++, expectation));
  }

  private static <V> List<V> listAt(LongTable<List<V>> lists, long key) {
    List<V> known = lists.get(key);
    if (known != null) {
      return known;
    }
    List<V> fresh = new ArrayList<>(1);
    lists.put(key, fresh);
    return fresh;
  }

  boolean isEmpty() {
    return suspects.isEmpty() && parts.isEmpty();
  }

  /** How many suspects there are. */
  int size() {
    return numbered;
  }

  /** What a feature is suspected of; null for nothing. */
  @Nullable List<Suspect> suspects(long feature) {
    return suspects.get(feature);
  }

  /** Leads of a word that may be half of a trigger; null for none. */
  @Nullable List<Lead> parts(long word) {
    return parts.get(word);
  }

  Likeness likeness() {
    return likeness;
  }

  /** What is expected of a lead's class; null where every row is of it. */
  @Nullable Expectation expectation(Lead lead) {
    return expectations.get(lead.membership().key());
  }

  /** The classes of a row, and whether its answer is canned among them. */
  long[] memberships(Example example, Features read, List<Membership> memberships) {
    LongStream keys = memberships.stream().mapToLong(Membership::key);
    return sketch.isCanned(example, read, memberships)
        ? LongStream.concat(keys, LongStream.of(CANNED.key())).toArray()
        : keys.toArray();
  }

  /** The share of all rows that belong to a lead's class. */
  double share(Lead lead) {
    Membership membership = lead.membership();
    return membership.equals(CANNED) ? canned : sketch.share(membership.key());
  }

  /** Rows with a feature, at least. */
  long count(long feature) {
    return sketch.count(feature);
  }

  /** How many features within classes there are to find something in. */
  double tests() {
    return tests;
  }

  /** How many features there are whose answers may be alike. */
  int rare() {
    return rare;
  }
}
