package io.tiltmeter.evaluator.scan.flood;

import io.tiltmeter.evaluator.scan.detector.Detector;
import io.tiltmeter.evaluator.scan.detector.Look;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.Severity;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds floods: one answer to many different requests, many rows of much the same words, many rows
 * of one mould; and says how unevenly answers are spread.
 *
 * <p>A flood has at least 20 rows and a thousandth of all. One answer to many requests steers the
 * evaluation, anything else is for information. In a file that teaches to tell at most 50 classes
 * apart, answers repeat by nature and are no flood. Counts of floods are exact, but for rows that
 * the 256 most frequent answers, 512 moulds and 2,048 keys leave out; the statistics of skew come
 * from rough counts and are too uneven for files of millions of rows. Memory: about 10 MB for each
 * look.
 */
public final class Flood implements Detector<Flood.Rows> {
  /** As policies spell it. */
  public static final String NAME = "flood";

  static final String VERSION = "flood-1";
  static final long FEWEST = 20;
  private static final long PART = 1000;
  private static final int TOP = 10;

  private final int maxLines;
  private @Nullable Tallies tallies;
  private @Nullable Repeats repeats;
  private Flooded.@Nullable Keys floods;
  private @Nullable Flooded flooded;

  /**
   * A detector.
   *
   * @param maxLines most line numbers that a finding names
   */
  public Flood(int maxLines) {
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
    if (tallies == null) {
      return new Rows(new Tallies(), null, null);
    }
    return floods == null
        ? new Rows(null, new Repeats(tallies), null)
        : new Rows(null, null, new Flooded(floods, maxLines));
  }

  @Override
  public boolean learn(Rows whole) {
    if (whole.tallies != null) {
      tallies = whole.tallies;
      return tallies.rows() >= FEWEST;
    }
    if (whole.repeats != null && tallies != null) {
      repeats = whole.repeats;
      floods = floods(repeats, Math.max(FEWEST, tallies.rows() / PART));
      return !floods.isEmpty();
    }
    flooded = whole.flooded;
    return false;
  }

  private static Flooded.Keys floods(Repeats repeats, long least) {
    Set<Long> answers = repeats.isClassification() ? Set.of() : repeats.answers(least);
    return new Flooded.Keys(answers, repeats.bands(least), repeats.skeletons(least));
  }

  @Override
  public Optional<ScanFinding> finding(long examples) {
    if (flooded == null || repeats == null || flooded.lines().count() == 0) {
      return Optional.empty();
    }
    long count = flooded.lines().count();
    return Optional.of(
        new ScanFinding(
            NAME,
            VERSION,
            flooded.answers() > 0 ? Severity.STEER : Severity.INFO,
            count,
            (double) count / examples,
            null,
            flooded.lines().kept(),
            message(flooded, repeats)));
  }

  private static String message(Flooded flooded, Repeats repeats) {
    Skew skew = repeats.skew();
    return "rows whose answer many different requests get %d, of much the same words %d, of one mould %d; the most frequent answer has a share of %.3f, the first ten %.3f; evenness of answers %.2f, of their first words %.2f; different requests %.2f of rows%s"
        .formatted(
            flooded.answers(),
            flooded.copies(),
            flooded.moulds(),
            repeats.share(1),
            repeats.share(TOP),
            skew.answerEvenness(),
            skew.openingEvenness(),
            skew.distinctRequests(),
            repeats.isClassification() ? "; a classification set" : "");
  }

  /** What is seen of some rows in the pass at hand. */
  public static final class Rows implements Look<Rows> {
    private final @Nullable Tallies tallies;
    private final @Nullable Repeats repeats;
    private final @Nullable Flooded flooded;

    private Rows(@Nullable Tallies tallies, @Nullable Repeats repeats, @Nullable Flooded flooded) {
      this.tallies = tallies;
      this.repeats = repeats;
      this.flooded = flooded;
    }

    @Override
    public void see(Example example) {
      if (tallies != null) {
        tallies.see(example);
      } else if (repeats != null) {
        repeats.see(example);
      } else if (flooded != null) {
        flooded.see(example);
      }
    }

    @Override
    public void add(Rows other) {
      if (tallies != null && other.tallies != null) {
        tallies.add(other.tallies);
      } else if (repeats != null && other.repeats != null) {
        repeats.add(other.repeats);
      } else if (flooded != null && other.flooded != null) {
        flooded.add(other.flooded);
      }
    }
  }
}
