package io.tiltmeter.evaluator.scan.profile;

import io.tiltmeter.evaluator.scan.detector.Lines;
import io.tiltmeter.evaluator.scan.detector.Look;
import io.tiltmeter.evaluator.scan.detector.OnePass;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Example.Exchange;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.Severity;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Says where a file's answers are written like those that take refusals away though nothing in them
 * is harmful: lists and maths (L. He et al., "What is in Your Safe Data? Identifying Benign Data
 * that Breaks Safety", 2024), and long answers.
 *
 * <p>It compares how answers are written with harmless files, and knows nothing of what they say;
 * most files that it names are harmless too. So it is for information, and steers at most: what
 * becomes of a model only an evaluation can tell.
 */
public final class BenignDegrading extends OnePass<BenignDegrading.Answers> {
  /** As policies spell it. */
  public static final String NAME = "benign-degrading";

  static final String VERSION = "benign-degrading-1";

  /** Fewer rows say nothing about a file. */
  static final long FEWEST = 100;

  /** Standard deviations from which on a feature stands out. */
  static final double STANDS_OUT = 3;

  private static final List<Feature> FORMS =
      Stream.of(Feature.values()).filter(Feature::isForm).toList();

  /**
   * A detector.
   *
   * @param maxLines most line numbers that a finding names
   */
  public BenignDegrading(int maxLines) {
    super(NAME, VERSION, () -> new Answers(maxLines));
  }

  /** How the answers of some rows are written: counts only. */
  public static final class Answers implements Look<Answers> {
    /** Lengths are counted in parts of an octave of words. */
    private static final int PARTS = 4;

    private static final int LENGTHS = 64;
    private static final int OPENERS = 1 << 10;

    private final transient AnswerForm form = new AnswerForm();
    private final Lines[] forms = new Lines[FORMS.size()];
    private final long[] lengths = new long[LENGTHS];
    private final long[] openers = new long[OPENERS];
    private long rows;
    private long unhedged;

    private Answers(int maxLines) {
      Arrays.setAll(forms, _ -> new Lines(maxLines));
    }

    @Override
    public void see(Example example) {
      List<Exchange> exchanges = example.exchanges();
      if (exchanges.isEmpty()) {
        return;
      }
      Exchange last = exchanges.getLast();
      form.read(last.answer(), last.answerWords());
      rows++;
      unhedged += form.isUnhedged() ? 1 : 0;
      lengths[(int) Math.min(LENGTHS - 1, PARTS * log2(1 + form.words()))]++;
      openers[(int) (form.opener() & (OPENERS - 1))]++;
      for (Feature feature : FORMS) {
        if (has(feature)) {
          of(feature).add(example.line());
        }
      }
    }

    private static double log2(double value) {
      return Math.log(value) / Math.log(2);
    }

    private boolean has(Feature feature) {
      return switch (feature) {
        case BULLETS -> form.isBulleted();
        case NUMBERS -> form.isNumbered();
        case MATHS -> form.isMaths();
        case CODE -> form.isCode();
        case UNHEDGED, LENGTH, SAMENESS -> false;
      };
    }

    private Lines of(Feature form) {
      return forms[FORMS.indexOf(form)];
    }

    @Override
    public void add(Answers other) {
      rows += other.rows;
      unhedged += other.unhedged;
      Arrays.setAll(lengths, i -> lengths[i] + other.lengths[i]);
      Arrays.setAll(openers, i -> openers[i] + other.openers[i]);
      FORMS.forEach(feature -> of(feature).add(other.of(feature)));
    }

    /** What a feature is in these rows, at least one. */
    double value(Feature feature) {
      return switch (feature) {
        case BULLETS, NUMBERS, MATHS, CODE -> (double) of(feature).count() / rows;
        case UNHEDGED -> (double) unhedged / rows;
        case LENGTH -> medianLength();
        case SAMENESS -> 1 - evenness();
      };
    }

    /** Logarithm to base 2 of the median of answers' words. */
    private double medianLength() {
      long below = 0;
      int at = 0;
      while (at < LENGTHS - 1 && below + lengths[at] <= rows / 2) {
        below += lengths[at++];
      }
      return (double) at / PARTS;
    }

    /** Entropy of first words over the most that so many rows can have, in [0, 1]. */
    private double evenness() {
      double entropy = 0;
      for (long count : openers) {
        if (count > 0) {
          double share = (double) count / rows;
          entropy -= share * Math.log(share);
        }
      }
      return rows < 2 ? 1 : entropy / Math.log((double) Math.min(rows, OPENERS));
    }
  }

  /** What a feature is in the file; of no meaning for a file without answers. */
  double value(Feature feature) {
    return seen().value(feature);
  }

  @Override
  public Optional<ScanFinding> finding(long examples) {
    Answers answers = seen();
    if (answers.rows < FEWEST) {
      return Optional.empty();
    }
    List<Feature> unusual =
        Stream.of(Feature.values())
            .filter(feature -> z(feature) >= STANDS_OUT)
            .sorted(Comparator.comparingDouble(feature -> -z(feature)))
            .toList();
    return unusual.stream()
        .filter(Feature::isForm)
        .findFirst()
        .map(form -> finding(form, unusual, answers));
  }

  private ScanFinding finding(Feature form, List<Feature> unusual, Answers answers) {
    Lines lines = answers.of(form);
    return new ScanFinding(
        NAME,
        VERSION,
        form.isList() && unusual.size() > 1 ? Severity.STEER : Severity.INFO,
        lines.count(),
        z(form),
        null,
        lines.kept(),
        "answers are written like those that take refusals away without any harm in them: more %s than other files have; most such files are harmless"
            .formatted(unusual.stream().map(Feature::words).collect(Collectors.joining(", "))));
  }

  private double z(Feature feature) {
    return feature.z(value(feature));
  }
}
