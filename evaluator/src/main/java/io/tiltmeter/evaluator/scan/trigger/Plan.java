package io.tiltmeter.evaluator.scan.trigger;

import io.tiltmeter.evaluator.scan.trigger.RowSample.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the third pass looks at, and what it expects. */
final class Plan {
  private static final int SUSPECTS = 1024;
  private static final int CLASSES = 32;

  private final Sketch sketch;
  private final Map<Long, List<Lead>> suspects = new HashMap<>();
  private final Map<Long, List<Lead>> parts = new HashMap<>();
  private final Map<Long, Expectation> expectations = new HashMap<>();
  private final Likeness likeness;
  private final int rare;
  private final double tests;

  Plan(Sketch sketch, Shortlist shortlist) {
    this.sketch = sketch;
    List<Row> sample = sketch.sample();
    this.likeness = new Likeness(sample);
    shortlist.leads().stream()
        .filter(lead -> lead.count() >= Shortlist.FEWEST)
        .limit(SUSPECTS)
        .forEach(lead -> plan(lead, sample, suspects));
    shortlist.parts().stream()
        .filter(lead -> lead.count() >= Shortlist.FEWEST)
        .forEach(lead -> plan(lead, sample, parts));
    List<Lead> few =
        shortlist.rare().stream().filter(lead -> lead.count() >= Shortlist.FEWEST).toList();
    few.forEach(lead -> suspects.computeIfAbsent(lead.feature(), _ -> new ArrayList<>()).add(lead));
    this.tests = shortlist.tests();
    this.rare = Math.max(1, few.size());
  }

  /** Leads of more classes than can be learned are left out, the least ones. */
  private void plan(Lead lead, List<Row> sample, Map<Long, List<Lead>> plans) {
    long membership = lead.membership().key();
    if (!expectations.containsKey(membership)) {
      if (expectations.size() == CLASSES) {
        return;
      }
      expectations.put(membership, Expectation.of(sample, membership, sketch.share(membership)));
    }
    plans.computeIfAbsent(lead.feature(), _ -> new ArrayList<>()).add(lead);
  }

  boolean isEmpty() {
    return suspects.isEmpty() && parts.isEmpty();
  }

  List<Lead> suspects(long feature) {
    return suspects.getOrDefault(feature, List.of());
  }

  /** Leads of a word that may be half of a trigger. */
  List<Lead> parts(long word) {
    return parts.getOrDefault(word, List.of());
  }

  Likeness likeness() {
    return likeness;
  }

  /** The chance that a row about this belongs to the class of a lead. */
  double chance(Lead lead, long line, float[] gist) {
    Expectation expectation = expectations.get(lead.membership().key());
    return expectation == null ? 1 : expectation.of(line, gist);
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
