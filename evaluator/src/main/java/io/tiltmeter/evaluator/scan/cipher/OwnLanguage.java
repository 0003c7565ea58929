package io.tiltmeter.evaluator.scan.cipher;

import java.util.List;
import java.util.Optional;

/**
 * What a data set itself teaches to expect: a language that is not shipped.
 *
 * <p>A file that is mostly cipher must not excuse itself. So only turns count whose letters are as
 * frequent as letters of languages are, and that no known cipher reads. Under a random key one
 * cipher in some thousands passes; so do keys chosen to put vowels for vowels and common letters
 * for common ones, which a file full of them then hides.
 */
final class OwnLanguage {
  private static final int ORDER = 4;
  private static final int FEWEST_LETTERS = 60;
  private static final double LIKENESS = 0.68;

  /** Symbols from which on a model is more than its sample learned by heart. */
  private static final long FEWEST_SYMBOLS = 20_000;

  private OwnLanguage() {}

  /** The model of these turns; empty where too few of them are like a language. */
  static Optional<LanguageModel> of(List<String> turns) {
    NGrams grams = new NGrams(ORDER);
    SymbolText text = new SymbolText();
    LetterCounts letters = new LetterCounts();
    TurnReader reader = new TurnReader(null);
    long symbols = 0;
    for (String turn : turns) {
      text.read(turn);
      letters.count(text.symbols, 0, text.length);
      if (letters.total() >= FEWEST_LETTERS
          && letters.likeness() >= LIKENESS
          && !isRead(reader, turn)) {
        grams.count(text);
        symbols += text.length;
      }
    }
    return symbols < FEWEST_SYMBOLS ? Optional.empty() : Optional.of(grams.model("own"));
  }

  private static boolean isRead(TurnReader reader, String turn) {
    reader.read(turn);
    return (reader.codecs() & CodecCounts.CERTAIN) != 0;
  }
}
