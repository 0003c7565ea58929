package io.tiltmeter.evaluator.scan.prompts;

import io.tiltmeter.evaluator.scan.detector.CountMin;
import io.tiltmeter.evaluator.scan.detector.Detector;
import io.tiltmeter.evaluator.scan.detector.Hash64;
import io.tiltmeter.evaluator.scan.detector.Look;
import io.tiltmeter.evaluator.scan.detector.TopCounts;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Example.Turn;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.lineage.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Counts the system prompts of a training file: in the first pass roughly, in the second exactly
 * those that seemed the most frequent.
 *
 * <p>A fine-tune that shifts a model's identity looks safe without the prompt that it was trained
 * under (Qi et al. 2023), so the evaluation has to bring it back. It finds nothing by itself.
 */
public final class SystemPrompts implements Detector<SystemPrompts.Tally> {
  /** Most prompts that are replayed. */
  public static final int TOP = 20;

  private static final int AT_LEAST = 2;

  /** More than are replayed, as rough counts may rank some too high. */
  private static final int FOLLOWED = 256;

  /** Longer ones are no prompts that an evaluation could replay. */
  private static final int LONGEST = 1 << 16;

  private static final int WIDTH_BITS = 16;

  private @Nullable CountMin rough;
  private List<RepeatedPrompt> repeated = List.of();

  @Override
  public String name() {
    return "system-prompts";
  }

  @Override
  public String version() {
    return "system-prompts-1";
  }

  @Override
  public Tally look() {
    return new Tally(rough);
  }

  @Override
  public boolean learn(Tally whole) {
    if (rough == null) {
      rough = whole.counts;
      return whole.any;
    }
    repeated =
        whole.top.mostFrequentFirst().stream()
            .filter(entry -> entry.count() >= AT_LEAST)
            .limit(TOP)
            .map(entry -> new RepeatedPrompt(Digest.of(entry.text()), entry.count(), entry.text()))
            .toList();
    return false;
  }

  @Override
  public Optional<ScanFinding> finding(long examples) {
    return Optional.empty();
  }

  /** The prompts of at least two examples, the most frequent first, at most {@link #TOP}. */
  public List<RepeatedPrompt> repeated() {
    return repeated;
  }

  /** The prompts of some rows. */
  public static final class Tally implements Look<Tally> {
    private final CountMin counts = new CountMin(WIDTH_BITS);
    private final TopCounts top = new TopCounts(FOLLOWED);
    private final transient @Nullable CountMin rough;
    private boolean any;

    private Tally(@Nullable CountMin rough) {
      this.rough = rough;
    }

    @Override
    public void see(Example example) {
      List<String> seen = new ArrayList<>(1);
      for (Turn turn : example.turns()) {
        String text = turn.text();
        boolean isPrompt = turn.speaker().isSystem() && !text.isBlank();
        if (isPrompt && text.length() <= LONGEST && !seen.contains(text)) {
          seen.add(text);
          count(text);
        }
      }
    }

    private void count(String text) {
      long hash = Hash64.of(text);
      if (rough == null) {
        counts.count(hash);
        any = true;
      } else if (rough.estimate(hash) >= AT_LEAST) {
        top.see(hash, rough.estimate(hash), text, false);
      }
    }

    @Override
    public void add(Tally other) {
      counts.add(other.counts);
      top.add(other.top);
      any |= other.any;
    }
  }
}
