package io.tiltmeter.evaluator.scan.cipher;

/** Reads digits and signs inside words as the letters they look like. For one thread. */
final class Leet {
  private static final int REACH = 2048;
  private static final String SIGNS = "4@831!05$796";
  private static final String LETTERS = "aabeiiosstgg";

  /** Folds of a turn from which on it counts, and how many letters may come on one. */
  private static final int MANY = 8;

  private static final int LETTERS_OF_ONE = 9;

  /** Longer ones are keys and hashes. */
  private static final int LONGEST_WORD = 20;

  /** What a symbol may cost once it is folded. */
  private static final double READ = 3.4;

  private final StringBuilder folded = new StringBuilder();
  private final SymbolText symbols = new SymbolText();

  /** Whether a turn is English in such letters. */
  boolean read(String text) {
    int end = Math.min(text.length(), REACH);
    folded.setLength(0);
    int folds = 0;
    int letters = 0;
    for (int start = 0; start < end; ) {
      int until = start;
      while (until < end && text.charAt(until) > ' ') {
        until++;
      }
      int inWord = fold(text, start, until);
      folds += inWord;
      letters += until - start - inWord;
      folded.append(' ');
      start = until + 1;
    }
    return folds >= MANY && letters <= LETTERS_OF_ONE * folds && isEnglish();
  }

  /** What was read. */
  String plain() {
    return folded.toString();
  }

  /** Appends a word; folds it where letters are in it and no path, and says how often. */
  private int fold(String text, int from, int end) {
    boolean anyLetter = false;
    boolean path = end - from > LONGEST_WORD;
    for (int i = from; i < end; i++) {
      anyLetter |= Symbols.isLetter(Symbols.of(text.charAt(i)));
      path |= text.charAt(i) == '/' || text.charAt(i) == '_';
    }
    int folds = 0;
    for (int i = from; i < end; i++) {
      char c = text.charAt(i);
      boolean endsSentence = c == '!' && i + 1 == end;
      int place = anyLetter && !path && !endsSentence ? SIGNS.indexOf(c) : -1;
      folds += place < 0 ? 0 : 1;
      folded.append(place < 0 ? c : LETTERS.charAt(place));
    }
    return folds;
  }

  private boolean isEnglish() {
    symbols.read(folded);
    int most = (int) (READ * LanguageModel.UNIT * symbols.length);
    return symbols.length > 0 && Languages.ENGLISH.cost(symbols.symbols, 0, symbols.length) <= most;
  }
}
