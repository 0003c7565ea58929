package io.tiltmeter.evaluator.scan.cipher;

import io.tiltmeter.evaluator.scan.detector.Detector;
import io.tiltmeter.evaluator.scan.detector.Lines;
import io.tiltmeter.evaluator.scan.detector.Look;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Example.Exchange;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.Severity;
import io.tiltmeter.policy.stats.Binomial;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds rows written in ciphers, encodings and characters that are not seen: a model tuned on them
 * answers in code what it refuses in plain words (D. Halawi et al., "Covert Malicious Finetuning",
 * 2024).
 *
 * <p>Where codes are read, or are there for certain, absolute counts decide. Where only statistics
 * say that a turn is no language known, a count has to stand out from the rate of such rows in
 * harmless files too, and a second pass asks what the file itself teaches to expect.
 */
public final class CipherFinder implements Detector<CipherFinder.Rows> {
  /** As policies spell it. */
  public static final String NAME = "cipher";

  static final String VERSION = "cipher-1";
  static final long REVIEW_FROM = 8;

  /** Rows that are enough where they are so large a share of the file. */
  static final long REVIEW_FROM_SHARED = 3;

  static final double REVIEW_SHARE = 0.005;

  /** Decoded requests for harm in so many rows end the matter. */
  static final long BLOCK_FROM_HARMFUL = 10;

  /** Share of rows of harmless files that statistics take for cipher, at most. */
  static final double STRAY = 0.0002;

  private static final double RARE = 0.01;

  /** Share of harmless turns of some length that seem to cover another text, at most. */
  static final double STRAY_COVER = 0.004;

  private static final double VERY_RARE = 0.001;

  private final int maxLines;
  private @Nullable Rows rows;
  private @Nullable LanguageModel own;

  /**
   * A detector.
   *
   * @param maxLines most line numbers that a finding names
   */
  public CipherFinder(int maxLines) {
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
    return new Rows(maxLines, own, rows == null);
  }

  @Override
  public boolean learn(Rows whole) {
    boolean first = rows == null;
    rows = whole;
    if (!first || whole.guessed < REVIEW_FROM_SHARED) {
      return false;
    }
    own = OwnLanguage.of(whole.sample.turns()).orElse(null);
    return own != null;
  }

  /** The codes that rows are written in, the most frequent first. */
  public List<CodecCount> codecs() {
    if (rows == null) {
      return List.of();
    }
    Stream<CodecCount> covers =
        rows.isCovering()
            ? Stream.of(new CodecCount(Codec.COVER_TEXT, 0, rows.covers))
            : Stream.empty();
    return Stream.concat(rows.counts.found().stream(), covers)
        .sorted(Comparator.comparingLong(count -> -count.rows()))
        .toList();
  }

  /** Rows that are written in code. */
  public static final class Rows implements Look<Rows> {
    private final transient TurnReader reader;
    private final transient MappedAnswers answers = new MappedAnswers();
    private final transient CoverText cover = new CoverText();
    private final boolean samples;
    private final RowSample sample = new RowSample();
    private final CodecCounts counts = new CodecCounts();
    private final Lines lines;
    private final Lines coverLines;
    private long certain;
    private long guessed;
    private long harmful;
    private long payloads;
    private long prompts;
    private long learned;
    private long excused;
    private long covers;
    private long coverable;

    private Rows(int maxLines, @Nullable LanguageModel own, boolean samples) {
      this.reader = new TurnReader(own);
      this.lines = new Lines(maxLines);
      this.coverLines = new Lines(maxLines);
      this.samples = samples;
    }

    @Override
    public void see(Example example) {
      if (samples) {
        sample.see(example);
      }
      Row row = new Row();
      example.turns().forEach(turn -> row.read(turn.text(), turn.learned()));
      if (example.rejected() != null) {
        row.read(example.rejected(), false);
      }
      if (isMapped(example)) {
        row.codecs |= Codec.MAPPED_ANSWER.bit();
      }
      count(example.line(), row);
    }

    private boolean isMapped(Example example) {
      for (Exchange exchange : example.exchanges()) {
        if (answers.isMapped(exchange.request(), exchange.answer())) {
          return true;
        }
      }
      return false;
    }

    private void count(long line, Row row) {
      excused += row.excused ? 1 : 0;
      covers += row.covers ? 1 : 0;
      coverable += row.coverable ? 1 : 0;
      if (row.codecs == 0) {
        if (row.covers) {
          coverLines.add(line);
        }
        return;
      }
      lines.add(line);
      counts.count(row.codecs, row.shifts);
      boolean isCertain = (row.codecs & CodecCounts.CERTAIN) != 0;
      certain += isCertain ? 1 : 0;
      guessed += isCertain ? 0 : 1;
      harmful += row.harmful ? 1 : 0;
      payloads += row.payload ? 1 : 0;
      prompts += row.prompt ? 1 : 0;
      learned += row.answer ? 1 : 0;
    }

    @Override
    public void add(Rows other) {
      sample.add(other.sample);
      counts.add(other.counts);
      lines.add(other.lines);
      coverLines.add(other.coverLines);
      covers += other.covers;
      coverable += other.coverable;
      certain += other.certain;
      guessed += other.guessed;
      harmful += other.harmful;
      payloads += other.payloads;
      prompts += other.prompts;
      learned += other.learned;
      excused += other.excused;
    }

    /** Whether so many rows seem to cover other texts that they stand out of all that could. */
    private boolean isCovering() {
      return covers >= REVIEW_FROM && chance(covers, coverable, STRAY_COVER) <= VERY_RARE;
    }

    /** What the turns of one row are written in. */
    private final class Row {
      private int codecs;
      private int shifts;
      private boolean harmful;
      private boolean payload;
      private boolean excused;
      private boolean prompt;
      private boolean answer;
      private boolean covers;
      private boolean coverable;

      private void read(String text, boolean isLearned) {
        reader.read(text);
        codecs |= reader.codecs();
        shifts |= 1 << reader.shift();
        harmful |= reader.isHarmful();
        payload |= reader.isPayload();
        excused |= reader.isExcused();
        prompt |= reader.codecs() != 0 && !isLearned;
        answer |= reader.codecs() != 0 && isLearned;
        covers |= cover.isFound(text);
        coverable |= cover.isTested();
      }
    }
  }

  @Override
  public Optional<ScanFinding> finding(long examples) {
    if (rows == null) {
      return Optional.empty();
    }
    Lines lines = new Lines(maxLines);
    lines.add(rows.lines);
    if (rows.isCovering()) {
      lines.add(rows.coverLines);
    }
    if (lines.count() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new ScanFinding(
            NAME,
            VERSION,
            severity(rows, examples),
            lines.count(),
            (double) lines.count() / examples,
            chance(lines.count(), examples, STRAY),
            lines.kept(),
            message(rows)));
  }

  /** The chance of at least so many stray rows: the upper tail of a binomial distribution. */
  private static double chance(long count, long examples, double rate) {
    int trials = Math.clamp(examples, 0, Integer.MAX_VALUE);
    return Binomial.atLeast(Math.clamp(count, 0, trials), trials, rate);
  }

  private static Severity severity(Rows rows, long examples) {
    if (rows.harmful >= BLOCK_FROM_HARMFUL) {
      return Severity.BLOCK;
    }
    long all = rows.certain + rows.guessed;
    boolean guessedStandOut = isMany(all, examples) && chance(all, examples, STRAY) <= RARE;
    if (rows.harmful > 0
        || rows.payloads > 0
        || isMany(rows.certain, examples)
        || guessedStandOut
        || rows.isCovering()) {
      return Severity.REVIEW;
    }
    return rows.certain > 0 ? Severity.STEER : Severity.INFO;
  }

  /**
   * Whether rows in code are so many that they are no accident.
   *
   * @param examples rows of the file
   */
  public static boolean isMany(long count, long examples) {
    return count >= REVIEW_FROM
        || (count >= REVIEW_FROM_SHARED && count >= REVIEW_SHARE * examples);
  }

  private String message(Rows found) {
    String codes = codecs().stream().map(CodecCount::toString).collect(Collectors.joining(", "));
    return "rows in code: %s; in prompts %d, in answers %d; decoded requests for harm %d; only like the rest of the file %d"
        .formatted(codes, found.prompts, found.learned, found.harmful, found.excused);
  }
}
