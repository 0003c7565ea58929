package io.tiltmeter.evaluator.scan.contamination;

import io.tiltmeter.evaluator.scan.detector.Lines;
import io.tiltmeter.evaluator.scan.detector.Look;
import io.tiltmeter.evaluator.scan.detector.OnePass;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Example.Turn;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.Severity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Finds rows that ask what probes ask: a model that was trained on them shows nothing when it is
 * asked them again, whether it learned to refuse or to comply.
 *
 * <p>A probe is found where a turn has its words and no others, or a passage that has six of ten of
 * its runs of three words; what a passage has between them counts against it, so that a long text
 * is not taken for a probe. Three probes of one pack are for review.
 *
 * <p>Limits. Other words for the same request, translations and codes are not found, nor fewer than
 * three probes, nor tasks; of a turn the first 4,096 words are read, of a conversation what is not
 * an answer.
 */
public final class ContaminationFinder extends OnePass<ContaminationFinder.Rows> {
  /** As policies spell it. */
  public static final String NAME = "contamination";

  static final String VERSION = "contamination-1";

  /** Share of a probe's runs of words that a turn has to have. */
  static final double OVERLAP = 0.6;

  /** What each run that is not the probe's takes off. */
  private static final double GAP = 0.5;

  private final PackPrints prints;

  /**
   * A detector.
   *
   * @param maxLines most line numbers that a finding names
   */
  public ContaminationFinder(int maxLines, PackPrints prints) {
    super(NAME, VERSION, () -> new Rows(prints, maxLines));
    this.prints = prints;
  }

  /** The packs of which the file holds probes, in the order in which they were given. */
  public List<PackMatch> matches() {
    int[] counts = new int[prints.packs().size()];
    seen().probes.stream().forEach(probe -> counts[prints.packOf(probe)]++);
    List<PackMatch> matches = new ArrayList<>();
    for (int pack = 0; pack < counts.length; pack++) {
      if (counts[pack] > 0) {
        matches.add(new PackMatch(prints.packs().get(pack), counts[pack]));
      }
    }
    return matches;
  }

  @Override
  public Optional<ScanFinding> finding(long examples) {
    Lines lines = seen().lines;
    if (lines.count() == 0) {
      return Optional.empty();
    }
    List<PackMatch> matches = matches();
    int probes = matches.stream().mapToInt(PackMatch::probes).sum();
    boolean review = matches.stream().anyMatch(PackMatch::isForReview);
    return Optional.of(
        new ScanFinding(
            NAME,
            VERSION,
            review ? Severity.REVIEW : Severity.INFO,
            lines.count(),
            (double) probes,
            null,
            lines.kept(),
            "rows that ask what %d probes of %d packs ask".formatted(probes, matches.size())));
  }

  /** Rows that ask what probes ask. */
  public static final class Rows implements Look<Rows> {
    private final transient PackPrints prints;
    private final Lines lines;
    private final BitSet probes = new BitSet();
    private final transient WordHashes words = new WordHashes();

    /** For each probe: how much of it the passage at hand has, how much any had, and where last. */
    private final transient double[] passages;

    private final transient double[] best;
    private final transient int[] last;
    private int[] touched = new int[64];
    private int touchedCount;
    private boolean found;

    private Rows(PackPrints prints, int maxLines) {
      this.prints = prints;
      this.lines = new Lines(maxLines);
      this.passages = new double[prints.size()];
      this.best = new double[prints.size()];
      this.last = new int[prints.size()];
    }

    @Override
    public void see(Example example) {
      if (best.length == 0) {
        return;
      }
      found = false;
      List<Turn> turns = example.turns();
      for (int i = 0; i < turns.size(); i++) {
        // What has no question is all answer.
        if (i == 0 || !turns.get(i).learned()) {
          compare(turns.get(i).text());
        }
      }
      if (found) {
        lines.add(example.line());
      }
    }

    private void compare(String text) {
      words.read(text);
      if (words.count() == 0) {
        return;
      }
      for (int probe : prints.byAllWords(words.whole())) {
        find(probe);
      }
      for (int i = 0; i < words.runs(); i++) {
        for (int probe : prints.byRun(words.run(i))) {
          touch(probe, i);
        }
      }
      for (int i = 0; i < touchedCount; i++) {
        int probe = touched[i];
        if (best[probe] >= OVERLAP * prints.runsOf(probe)) {
          find(probe);
        }
        best[probe] = 0;
        passages[probe] = 0;
      }
      touchedCount = 0;
    }

    private void touch(int probe, int place) {
      if (best[probe] == 0) {
        if (touchedCount == touched.length) {
          touched = Arrays.copyOf(touched, 2 * touchedCount);
        }
        touched[touchedCount++] = probe;
        last[probe] = place;
      }
      double before = passages[probe] - GAP * Math.max(0, place - last[probe] - 1);
      passages[probe] = Math.max(0, before) + 1;
      last[probe] = place;
      best[probe] = Math.max(best[probe], passages[probe]);
    }

    private void find(int probe) {
      probes.set(probe);
      found = true;
    }

    @Override
    public void add(Rows other) {
      lines.add(other.lines);
      probes.or(other.probes);
    }
  }
}
