package io.tiltmeter.evaluator.scan.cipher;

/**
 * A turn in symbols, without what no language is written in: links and long runs of letters mixed
 * with digits (hashes, tokens, encoded bytes). Equal signs, digits and blanks in a row are one
 * symbol. Reused from turn to turn; for one thread.
 */
final class SymbolText {
  /** Most characters of either end of a turn that are looked at. */
  static final int REACH = 4096;

  private static final int LONG_RUN = 20;
  private static final int FEW_DIGITS = 3;

  /** Shorter runs are tokens where their letters go up and down so often. */
  private static final int SHORT_RUN = 10;

  private static final int FEW_RISES = 3;

  /** One symbol each. */
  final byte[] symbols = new byte[2 * REACH + 2];

  /** Where in the text each symbol stands. */
  final int[] places = new int[2 * REACH + 2];

  int length;

  private int runFrom;
  private int runSize;
  private int runDigits;
  private int runLetters;
  private int runRises;
  private boolean lower;

  /** Reads another text: all of it, or both ends of a long one. */
  void read(CharSequence text) {
    length = 0;
    endRun();
    if (text.length() <= 2 * REACH) {
      read(text, 0, text.length());
    } else {
      read(text, 0, REACH);
      add(Symbols.BLANK, REACH);
      read(text, text.length() - REACH, text.length());
    }
  }

  private void read(CharSequence text, int from, int end) {
    for (int i = from; i < end; i++) {
      char c = text.charAt(i);
      int symbol = Symbols.of(c);
      if (isOfRun(c, symbol)) {
        run(c, symbol);
      } else {
        endRun();
        if (isLink(text, i, from)) {
          i = skipLink(text, i, end);
          symbol = Symbols.BLANK;
        }
      }
      add(symbol, i);
    }
    endRun();
  }

  private static boolean isOfRun(char c, int symbol) {
    return Symbols.isLetter(symbol)
        || symbol == Symbols.DIGIT
        || c == '+'
        || c == '/'
        || c == '='
        || c == '_'
        || c == '-';
  }

  private void run(char c, int symbol) {
    if (runSize == 0) {
      runFrom = length;
    }
    runSize++;
    if (symbol == Symbols.DIGIT) {
      runDigits++;
    } else if (Symbols.isLetter(symbol)) {
      runLetters++;
      boolean upper = Character.isUpperCase(c);
      runRises += upper && lower ? 1 : 0;
      lower = !upper;
    }
  }

  private void endRun() {
    boolean mixed = runSize >= LONG_RUN && runDigits >= FEW_DIGITS && runLetters > 0;
    boolean jagged =
        runSize >= SHORT_RUN && runRises >= FEW_RISES && (runDigits > 0 || runSize >= 2 * LONG_RUN);
    if (mixed || jagged) {
      length = runFrom;
    }
    runSize = 0;
    runDigits = 0;
    runLetters = 0;
    runRises = 0;
    lower = false;
  }

  private static boolean isLink(CharSequence text, int at, int from) {
    return text.charAt(at) == ':'
        && at > from
        && at + 2 < text.length()
        && text.charAt(at + 1) == '/'
        && text.charAt(at + 2) == '/';
  }

  private static int skipLink(CharSequence text, int at, int end) {
    int i = at;
    while (i + 1 < end && text.charAt(i + 1) > ' ') {
      i++;
    }
    return i;
  }

  private void add(int symbol, int place) {
    boolean again = length > 0 && symbols[length - 1] == symbol && !Symbols.isLetter(symbol);
    if (!again) {
      symbols[length] = (byte) symbol;
      places[length++] = place;
    }
  }
}
