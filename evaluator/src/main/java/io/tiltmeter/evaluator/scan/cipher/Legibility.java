package io.tiltmeter.evaluator.scan.cipher;

/** Which of two readings of a text is more like language. */
public final class Legibility {
  private Legibility() {}

  /** Letters of the Latin script that a text has, at least, to be read by language models. */
  private static final double LETTERS = 0.5;

  /**
   * Whether some language that is shipped expects the first more than any expects the other, by
   * bits a symbol. What has fewer Latin letters than other characters is the least likely.
   */
  public static boolean isLikelier(String text, String other) {
    return bits(text) < bits(other);
  }

  private static double bits(String text) {
    SymbolText symbols = new SymbolText();
    symbols.read(text);
    int letters = 0;
    for (int i = 0; i < symbols.length; i++) {
      letters += Symbols.isLetter(symbols.symbols[i]) ? 1 : 0;
    }
    long shown = text.chars().filter(c -> c > ' ').count();
    if (letters == 0 || letters < LETTERS * shown) {
      return Double.POSITIVE_INFINITY;
    }
    int least =
        Languages.PROSE.stream()
            .mapToInt(language -> language.cost(symbols.symbols, 0, symbols.length))
            .min()
            .orElseThrow();
    return (double) least / symbols.length;
  }
}
