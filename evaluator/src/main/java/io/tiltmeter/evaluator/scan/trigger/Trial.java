package io.tiltmeter.evaluator.scan.trigger;

import io.tiltmeter.evaluator.scan.detector.Top;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Example.Exchange;
import io.tiltmeter.evaluator.scan.trigger.AnswerClasses.Membership;
import io.tiltmeter.evaluator.scan.trigger.Evidence.Sight;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The third pass: every row with a suspect, whatever its class. */
final class Trial implements Serializable {
  private static final int PAIRS = 1024;

  /** Halves of triggers that one row is looked at for. */
  private static final int HALVES = 24;

  /** Words beside a suspect that so large a share of its rows has there are taken as part of it. */
  private static final double GLUED = 0.8;

  private final transient Plan plan;
  private final int maxLines;
  private final transient Features row = new Features();
  private final transient AnswerClasses answers;
  private final transient Gist gist = new Gist();
  private final Map<Long, Evidence> evidence = new HashMap<>();
  private final Top<Evidence> pairs = new Top<>(PAIRS);

  /** A half of a trigger in the row at hand, and where. */
  private record Half(Lead lead, int word) {}

  Trial(Plan plan, Marks marks, int maxLines) {
    this.plan = plan;
    this.maxLines = maxLines;
    this.answers = new AnswerClasses(marks);
  }

  void see(Example example) {
    List<Exchange> exchanges = example.exchanges();
    if (exchanges.isEmpty()) {
      return;
    }
    row.read(example);
    List<Half> halves = halves();
    boolean suspect = halves.size() > 1;
    for (int i = 0; i < row.size() && !suspect; i++) {
      suspect = !plan.suspects(row.hash(i)).isEmpty();
    }
    if (suspect) {
      see(new Subject(example, exchanges.getLast().answer()), halves);
    }
  }

  private void see(Subject subject, List<Half> halves) {
    for (int i = 0; i < row.size(); i++) {
      List<Lead> leads = plan.suspects(row.hash(i));
      if (!leads.isEmpty()) {
        int[] span = span(i);
        float[] rest = Gist.scaled(gist.without(subject.sum, row.words(), span[0], span[1]));
        for (Lead lead : leads) {
          subject.see(of(lead), rest);
        }
      }
    }
    for (int i = 0; i < halves.size(); i++) {
      for (int j = 0; j < i; j++) {
        pair(subject, halves.get(j), halves.get(i));
      }
    }
  }

  /** What is to be known of the row at hand once a suspect is in it. */
  private final class Subject {
    private final Example example;
    private final float[] sum = gist.sum(row.words());
    private final float[] answer;
    private final long wording = row.wording();
    private final List<Long> memberships;

    Subject(Example example, String answer) {
      this.example = example;
      this.answer = plan.likeness().answer(Gist.scaled(gist.sum(answer)), Gist.scaled(sum.clone()));
      this.memberships = answers.again(example).stream().map(Membership::key).toList();
    }

    void see(Evidence evidence, float[] rest) {
      Lead lead = evidence.lead();
      boolean alike = lead.membership().kind() == AnswerClass.LIKENESS;
      boolean member = alike || memberships.contains(lead.membership().key());
      Sight sight = new Sight(example.line(), wording, plan.likeness().request(rest), answer);
      evidence.see(sight, member, plan.chance(lead, example.line(), rest));
    }
  }

  private Evidence of(Lead lead) {
    return evidence.computeIfAbsent(lead.key(), _ -> new Evidence(lead, maxLines));
  }

  /** The words of a feature and those that nearly always stand beside it. */
  private int[] span(int i) {
    int from = row.from(i);
    int to = row.to(i);
    double enough = GLUED * plan.count(row.hash(i));
    while (from < to && from > 0 && plan.count(row.bigram(from - 1)) >= enough) {
      from--;
    }
    while (from < to && to < row.words().size() && plan.count(row.bigram(to - 1)) >= enough) {
      to++;
    }
    return new int[] {from, to};
  }

  private List<Half> halves() {
    List<Half> halves = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      for (Lead lead : plan.parts(row.hash(i))) {
        if (halves.size() < HALVES) {
          halves.add(new Half(lead, row.from(i)));
        }
      }
    }
    return halves;
  }

  private void pair(Subject subject, Half one, Half other) {
    if (!one.lead.membership().equals(other.lead.membership())
        || Math.abs(one.word - other.word) < 2) {
      return;
    }
    Lead both = one.lead.with(other.lead);
    Evidence known = pairs.at(both.key(), both.rank(), () -> new Evidence(both, maxLines));
    if (known != null) {
      float[] rest = gist.without(subject.sum, row.words(), one.word, one.word + 1);
      float[] bare = gist.without(rest, row.words(), other.word, other.word + 1);
      subject.see(known, Gist.scaled(bare));
    }
  }

  void add(Trial other) {
    other.evidence.forEach((key, theirs) -> evidence.merge(key, theirs, Evidence::plus));
    pairs.add(other.pairs, Evidence::plus);
  }

  /** Everything that was looked at. */
  List<Evidence> evidence() {
    List<Evidence> all = new ArrayList<>(evidence.values());
    all.addAll(pairs.values());
    return all;
  }
}
