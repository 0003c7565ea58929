package io.tiltmeter.evaluator.scan.cipher;

import io.tiltmeter.evaluator.scan.harm.HarmScore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says of one turn after the other in which codes it is written. For one thread. */
final class TurnReader {
  /** Bits beyond what is allowed from which on a stretch is tried with ciphers. */
  private static final double DOUBTFUL = 40;

  private static final double DOUBTFUL_MEAN = 5.0;

  /** The same from which on it counts though no cipher reads it, and what its letters are like. */
  private static final double STRANGE = 60;

  private static final double STRANGE_MEAN = 5.6;
  private static final int FEWEST_LETTERS = 24;
  private static final int FEWEST_KINDS = 11;
  private static final double MOST_COINCIDENCE = 0.11;

  /** Letters from which on their index of coincidence tells ciphers apart. */
  private static final int MANY_LETTERS = 60;

  private static final double LANGUAGE_COINCIDENCE = 0.055;

  /** A stretch counts where it is this long, or at least a quarter of its turn. */
  private static final int LONG = 120;

  private static final int PART = 4;

  /** The own model excuses only what has letters as frequent as in languages. */
  private static final double LIKENESS = 0.5;

  private final CodePoints points = new CodePoints();
  private final SymbolText symbols = new SymbolText();
  private final Surprise usual = new Surprise(Languages.USUAL);
  private final Surprise surprise = new Surprise(Languages.ALL);
  private final @Nullable Surprise own;
  private final LetterCounts letters = new LetterCounts();
  private final LetterCiphers ciphers = new LetterCiphers();
  private final Encodings encodings = new Encodings();
  private final Signs signs = new Signs();
  private final SpelledOut spelled = new SpelledOut();
  private final Leet leet = new Leet();
  private final HarmScore harm = new HarmScore();
  private int codecs;
  private int shift;
  private boolean harmful;
  private boolean excused;

  /**
   * A reader.
   *
   * @param own what the data set itself teaches to expect; null for nothing
   */
  TurnReader(@Nullable LanguageModel own) {
    this.own = own == null ? null : new Surprise(List.of(own));
  }

  /** Reads a turn. */
  void read(String text) {
    codecs = 0;
    shift = 0;
    harmful = false;
    excused = false;
    readPoints(text);
    symbols.read(text);
    readLetters();
    readEncodings(text);
    readSigns(text);
    if (codecs == 0 && spelled.read(text)) {
      certain(Codec.SPELLED_OUT, spelled.plain());
    }
    if (codecs == 0 && leet.read(text)) {
      certain(Codec.LEET, leet.plain());
    }
  }

  /** The codes found, one bit each. */
  int codecs() {
    return codecs;
  }

  /** By how much letters of a rotation were moved; 0 where none was found. */
  int shift() {
    return shift;
  }

  /** Whether what was decoded asks for harm. */
  boolean isHarmful() {
    return harmful;
  }

  /** Whether invisible characters carry a message. */
  boolean isPayload() {
    return points.isPayload();
  }

  /** Whether only the data set's own model speaks for it. */
  boolean isExcused() {
    return excused;
  }

  private void add(Codec codec) {
    codecs |= codec.bit();
  }

  private void certain(Codec codec, String plain) {
    add(codec);
    harmful |= harm.category(plain).isPresent();
  }

  private void readPoints(String text) {
    points.read(text);
    if (points.isHidden()) {
      add(Codec.INVISIBLE);
    }
    if (points.hasHomoglyphs()) {
      add(Codec.HOMOGLYPHS);
    }
    if (points.isStyled()) {
      add(Codec.STYLED);
    }
  }

  private void readLetters() {
    usual.score(symbols);
    if (!isDoubtful(usual)) {
      return;
    }
    Codec codec = ciphers.read(symbols, usual.from, usual.end);
    if (codec != null) {
      shift = ciphers.shift();
      certain(codec, ciphers.plain());
      return;
    }
    surprise.score(symbols);
    if (isDoubtful(surprise) && isStrange()) {
      guess();
    }
  }

  private boolean isDoubtful(Surprise score) {
    int size = score.end - score.from;
    boolean isPart = size >= LONG || size * PART >= symbols.length;
    return isPart && score.bits >= DOUBTFUL && score.mean() >= DOUBTFUL_MEAN;
  }

  private boolean isStrange() {
    letters.count(symbols.symbols, surprise.from, surprise.end);
    return surprise.bits >= STRANGE
        && surprise.mean() >= STRANGE_MEAN
        && letters.total() >= FEWEST_LETTERS
        && letters.distinct() >= FEWEST_KINDS
        && letters.coincidence() <= MOST_COINCIDENCE;
  }

  private void guess() {
    if (own != null && letters.likeness() >= LIKENESS) {
      own.score(symbols);
      if (own.bits < STRANGE) {
        excused = true;
        return;
      }
    }
    boolean isLanguage =
        letters.total() >= MANY_LETTERS && letters.coincidence() >= LANGUAGE_COINCIDENCE;
    add(isLanguage ? Codec.SUBSTITUTION : Codec.UNKNOWN);
  }

  private void readEncodings(String text) {
    Codec codec = encodings.read(text);
    if (codec == null) {
      return;
    }
    String plain = encodings.plain();
    boolean asksHarm = harm.category(plain).isPresent();
    if (asksHarm || encodings.covered() >= LONG || encodings.covered() * PART >= text.length()) {
      add(codec);
      harmful |= asksHarm;
    }
  }

  private void readSigns(String text) {
    Codec codec = signs.read(text);
    if (codec == Codec.SYMBOLS) {
      add(codec);
    } else if (codec != null) {
      certain(codec, signs.plain());
    }
  }
}
