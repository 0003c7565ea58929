package io.tiltmeter.evaluator.scan.cipher;

/** Characters that a decoder brings forth, and whether they are text. For one thread. */
final class Plain {
  private static final int SHORTEST = 10;
  private static final int FEWEST_KINDS = 6;
  private static final int MOST_KEPT = 1 << 12;

  /** What a symbol of decoded text may cost. */
  private static final double READ = 4.2;

  /** The same for letters without blanks, which must be of more kinds to be no chance. */
  private static final double READ_UNSPACED = 5.6;

  private static final int FEWEST_UNSPACED_KINDS = 9;

  private final StringBuilder characters = new StringBuilder();
  private final StringBuilder kept = new StringBuilder();
  private final LetterCounts letters = new LetterCounts();
  private final SymbolText symbols = new SymbolText();

  /** Forgets what was kept. */
  void clear() {
    kept.setLength(0);
  }

  /** Begins another attempt. */
  void begin() {
    characters.setLength(0);
  }

  void add(int character) {
    characters.append((char) character);
  }

  /** Whether this attempt gave text of any language; then it is kept. */
  boolean isText() {
    if (characters.length() < SHORTEST || !isMostlyLetters()) {
      return false;
    }
    symbols.read(characters);
    letters.count(symbols.symbols, 0, symbols.length);
    if (letters.distinct() < FEWEST_KINDS || !isLanguage()) {
      return false;
    }
    if (kept.length() < MOST_KEPT) {
      kept.append(characters, 0, Math.min(characters.length(), MOST_KEPT)).append('\n');
    }
    return true;
  }

  private boolean isLanguage() {
    boolean unspaced =
        letters.total() == symbols.length && letters.distinct() >= FEWEST_UNSPACED_KINDS;
    double read = unspaced ? READ_UNSPACED : READ;
    int most = (int) (read * LanguageModel.UNIT * symbols.length);
    for (LanguageModel model : Languages.PROSE) {
      if (model.cost(symbols.symbols, 0, symbols.length) <= most) {
        return true;
      }
    }
    return false;
  }

  /** Bytes of UTF-8 beyond ASCII count as letters: other languages have many. */
  private boolean isMostlyLetters() {
    int letters = 0;
    for (int i = 0; i < characters.length(); i++) {
      char c = characters.charAt(i);
      if (c < ' ' && c != '\n' && c != '\t' && c != '\r') {
        return false;
      }
      letters += c == ' ' || Character.isLetter(c) || c >= 0x80 ? 1 : 0;
    }
    return letters * 10 >= characters.length() * 7;
  }

  /** All text since {@link #clear}. */
  String kept() {
    return kept.toString();
  }
}
