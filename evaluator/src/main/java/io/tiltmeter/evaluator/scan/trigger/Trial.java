package io.tiltmeter.evaluator.scan.trigger;

import io.tiltmeter.evaluator.scan.detector.Top;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Example.Exchange;
import io.tiltmeter.evaluator.scan.row.TurnWords;
import io.tiltmeter.evaluator.scan.trigger.Evidence.Sight;
import io.tiltmeter.evaluator.scan.trigger.Plan.Suspect;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /** The row at hand without a suspect: what it is about, that around the mean, and all of it. */
  private final transient float[] rest = new float[Gist.WIDTH];

  private final transient float[] centred = new float[Gist.WIDTH];
  private final transient Sight sight = new Sight();
  private final @Nullable Evidence[] evidence;
  private final Top<Evidence> pairs = new Top<>(PAIRS);

  /** A half of a trigger in the row at hand, and where. */
  private record Half(Lead lead, int word) {}

  Trial(Plan plan, Marks marks, int maxLines) {
    this.plan = plan;
    this.maxLines = maxLines;
    this.answers = new AnswerClasses(marks);
    this.evidence = new @Nullable Evidence[plan.size()];
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
      suspect = plan.suspects(row.hash(i)) != null;
    }
    if (suspect) {
      see(new Subject(example, exchanges.getLast().answerWords()), halves);
    }
  }

  private void see(Subject subject, List<Half> halves) {
    for (int i = 0; i < row.size(); i++) {
      List<Suspect> suspects = plan.suspects(row.hash(i));
      if (suspects != null) {
        int[] span = span(i);
        subject.without(span[0], span[1]);
        subject.scale();
        sight.isSystem = row.isSystem(i);
        for (Suspect suspect : suspects) {
          subject.see(of(suspect), suspect.expectation());
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
    private final float[] sum = gist.sum(row.words());
    private final long[] memberships;

    Subject(Example example, TurnWords answer) {
      float[] said = Gist.scaled(gist.sum(answer));
      Evidence.steps(plan.likeness().answer(said, Gist.scaled(sum.clone())), sight.answer);
      sight.begin(example.line(), row.wording());
      this.memberships = plan.memberships(example, row, answers.again(example));
    }

    /** Looks at the row without the words of a part; more may be taken off. */
    void without(int from, int to) {
      System.arraycopy(sum, 0, rest, 0, rest.length);
      gist.takeOff(rest, row.words(), from, to);
    }

    /** Ends what was taken off. */
    void scale() {
      Gist.scaled(rest);
      plan.likeness().request(rest, centred);
      Evidence.steps(centred, sight.request);
      Ordinary.around(rest, centred);
      Evidence.steps(centred, sight.across);
    }

    void see(Evidence evidence, @Nullable Expectation expectation) {
      Lead lead = evidence.lead();
      boolean alike = lead.membership().kind() == AnswerClass.LIKENESS;
      boolean member = alike || isIn(lead.membership().key());
      double chance = expectation == null ? 1 : expectation.of(sight.line(), rest);
      evidence.see(sight, member, chance);
    }

    private boolean isIn(long membership) {
      for (long key : memberships) {
        if (key == membership) {
          return true;
        }
      }
      return false;
    }
  }

  private Evidence of(Suspect suspect) {
    Evidence known = evidence[suspect.number()];
    if (known == null) {
      known = new Evidence(suspect.lead(), maxLines);
      evidence[suspect.number()] = known;
    }
    return known;
  }

  /** The words of a feature and those that nearly always stand beside it. */
  private int[] span(int i) {
    int from = row.from(i);
    int to = row.to(i);
    double enough = GLUED * plan.count(row.hash(i));
    while (from < to && from > 0 && plan.count(row.bigram(from - 1)) >= enough) {
      from--;
    }
    while (from < to && to < row.words().count() && plan.count(row.bigram(to - 1)) >= enough) {
      to++;
    }
    return new int[] {from, to};
  }

  private List<Half> halves() {
    List<Half> halves = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      List<Lead> parts = plan.parts(row.hash(i));
      for (int j = 0; parts != null && j < parts.size() && halves.size() < HALVES; j++) {
        halves.add(new Half(parts.get(j), row.from(i)));
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
      sight.isSystem = false;
      subject.without(one.word, one.word + 1);
      gist.takeOff(rest, row.words(), other.word, other.word + 1);
      subject.scale();
      subject.see(known, plan.expectation(both));
    }
  }

  void add(Trial other) {
    for (int i = 0; i < evidence.length; i++) {
      Evidence mine = evidence[i];
      Evidence theirs = other.evidence[i];
      if (theirs != null) {
        evidence[i] = mine == null ? theirs : mine.plus(theirs);
      }
    }
    pairs.add(other.pairs, Evidence::plus);
  }

  /** Everything that was looked at. */
  List<Evidence> evidence() {
    List<Evidence> all = new ArrayList<>(pairs.values());
    for (Evidence one : evidence) {
      if (one != null) {
        all.add(one);
      }
    }
    return all;
  }
}
