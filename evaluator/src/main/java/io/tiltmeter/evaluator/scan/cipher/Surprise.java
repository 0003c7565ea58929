package io.tiltmeter.evaluator.scan.cipher;

import java.util.List;

/**
 * Looks for a stretch of a turn that no language model expects: a cumulative sum (E. S. Page,
 * "Continuous inspection schemes", Biometrika 41 (1954)) over windows, each scored by the model
 * that likes it best, of the bits above what an unknown language may cost. For one thread.
 */
final class Surprise {
  /** Symbols of a window; models are chosen anew for each. */
  static final int WINDOW = 24;

  /** What a symbol may cost, in bits. */
  static final double ALLOWED = 4.4;

  /** About what plain text would take from the sum. */
  private static final long NO_PROSE = 12L * LanguageModel.UNIT;

  private static final int ALLOWED_UNITS = (int) (ALLOWED * LanguageModel.UNIT);

  private final List<LanguageModel> models;

  /** The bits of the stretch that stands out most, above what was allowed; 0 for none. */
  double bits;

  /** Where this stretch stands among the symbols. */
  int from;

  int end;

  /**
   * A score under these models.
   *
   * @param models the most frequent language first
   */
  Surprise(List<LanguageModel> models) {
    this.models = models;
  }

  /** Scores a turn; results are in the fields. */
  void score(SymbolText text) {
    long sum = 0;
    long most = 0;
    int start = 0;
    from = 0;
    end = 0;
    for (int at = 0; at < text.length; at += WINDOW) {
      int until = Math.min(text.length, at + WINDOW);
      if (sum == 0) {
        start = at;
      }
      sum = Math.max(0, sum + excess(text.symbols, at, until));
      if (sum > most) {
        most = sum;
        from = start;
        end = until;
      }
    }
    bits = (double) most / LanguageModel.UNIT;
  }

  /** The mean cost of a symbol of the stretch in bits; NaN where there is none. */
  double mean() {
    return ALLOWED + bits / (end - from);
  }

  /** What a window costs beyond what is allowed; one that is no prose speaks against a stretch. */
  private long excess(byte[] symbols, int from, int end) {
    long allowed = (long) ALLOWED_UNITS * (end - from);
    long excess = least(symbols, from, end) - allowed;
    return excess > 0 && !isProse(symbols, from, end) ? -NO_PROSE : excess;
  }

  private static boolean isProse(byte[] symbols, int from, int end) {
    int letters = 0;
    int signs = 0;
    for (int i = from; i < end; i++) {
      if (Symbols.isLetter(symbols[i])) {
        letters++;
      } else if (symbols[i] != Symbols.BLANK) {
        signs++;
      }
    }
    return letters * 5 >= (end - from) * 3 && signs * 5 <= end - from;
  }

  /** The cost under the best model, or under the first one that does not exceed what is allowed. */
  private int least(byte[] symbols, int from, int end) {
    int least = Integer.MAX_VALUE;
    int allowed = ALLOWED_UNITS * (end - from);
    for (LanguageModel model : models) {
      least = Math.min(least, model.cost(symbols, from, end));
      if (least <= allowed) {
        return least;
      }
    }
    return least;
  }
}
