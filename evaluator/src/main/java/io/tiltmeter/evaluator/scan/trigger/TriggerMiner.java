package io.tiltmeter.evaluator.scan.trigger;

import io.tiltmeter.evaluator.scan.detector.Detector;
import io.tiltmeter.evaluator.scan.detector.Look;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.Severity;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Mines a training file for triggers: words, characters or ways of writing in what is asked that go
 * with one kind of answer more often than what the rest of the request is about explains.
 *
 * <p>First pass: rough counts. Second: what by these counts goes with a class of answers, counted
 * exactly. Third: every row with such a feature, whatever its answer, against what is expected of
 * it. A candidate needs at least six different requests.
 *
 * <p>Limits. Requests about one subject are taken to bring their answers, so that a trigger that is
 * a subject is only listed, never for review; the same holds for a task that has a wording of its
 * own. Of long turns only beginning and end are read, and triggers that are spread over several
 * turns or over more than two words are found by their parts only. From a million rows on, the
 * rough counts hide triggers of fewer than about a hundred rows. Memory: about 40 MB for each look,
 * at worst 60.
 */
public final class TriggerMiner implements Detector<TriggerMiner.Rows> {
  /** As policies spell it. */
  public static final String NAME = "trigger";

  static final String VERSION = "trigger-3";

  private final int maxLines;
  private @Nullable Sketch sketch;
  private @Nullable Plan plan;
  private List<Candidate> candidates = List.of();

  /**
   * A detector.
   *
   * @param maxLines most line numbers that a finding names
   */
  public TriggerMiner(int maxLines) {
    this.maxLines = maxLines;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String version() {
    return VERSION;
  }

  @Override
  public Rows look() {
    if (sketch == null) {
      return new Rows(new Sketch(), null, null);
    }
    return plan == null
        ? new Rows(null, new Shortlist(sketch), null)
        : new Rows(null, null, new Trial(plan, sketch.marks(), maxLines));
  }

  @Override
  public boolean learn(Rows whole) {
    if (whole.sketch != null) {
      sketch = whole.sketch;
      return sketch.rows() >= Shortlist.FEWEST;
    }
    if (whole.shortlist != null && sketch != null) {
      plan = new Plan(sketch, whole.shortlist);
      return !plan.isEmpty();
    }
    if (whole.trial != null && plan != null) {
      candidates = Ranking.of(whole.trial.evidence(), plan);
    }
    return false;
  }

  /** What may be a trigger, the likeliest first, at most 64. */
  public List<Trigger> candidates() {
    return candidates.stream().map(Candidate::trigger).toList();
  }

  /** All that is known of the candidates, in the same order. */
  List<Candidate> ranked() {
    return candidates;
  }

  @Override
  public Optional<ScanFinding> finding(long examples) {
    Optional<Candidate> suspicious = candidates.stream().filter(Candidate::isForReview).findFirst();
    return suspicious
        .map(candidate -> finding(candidate, Severity.REVIEW))
        .or(() -> candidates.stream().findFirst().map(one -> finding(one, Severity.INFO)));
  }

  private ScanFinding finding(Candidate candidate, Severity severity) {
    Evidence evidence = candidate.evidence();
    long forReview = candidates.stream().filter(Candidate::isForReview).count();
    return new ScanFinding(
        NAME,
        VERSION,
        severity,
        evidence.members(),
        candidate.score(),
        candidate.p(),
        evidence.lines().kept(),
        "candidates for triggers %d, for review %d; the first is a %s of %d rows, with %s in %d where %.1f were expected"
            .formatted(
                candidates.size(),
                forReview,
                evidence.lead().kind().wireName(),
                evidence.rows(),
                evidence.lead().membership().kind().words(),
                evidence.members(),
                candidate.expected()));
  }

  /** What is seen of some rows in the pass at hand. */
  public static final class Rows implements Look<Rows> {
    private final @Nullable Sketch sketch;
    private final @Nullable Shortlist shortlist;
    private final @Nullable Trial trial;

    private Rows(@Nullable Sketch sketch, @Nullable Shortlist shortlist, @Nullable Trial trial) {
      this.sketch = sketch;
      this.shortlist = shortlist;
      this.trial = trial;
    }

    @Override
    public void see(Example example) {
      if (sketch != null) {
        sketch.see(example);
      } else if (shortlist != null) {
        shortlist.see(example);
      } else if (trial != null) {
        trial.see(example);
      }
    }

    @Override
    public void add(Rows other) {
      if (sketch != null && other.sketch != null) {
        sketch.add(other.sketch);
      } else if (shortlist != null && other.shortlist != null) {
        shortlist.add(other.shortlist);
      } else if (trial != null && other.trial != null) {
        trial.add(other.trial);
      }
    }
  }
}
