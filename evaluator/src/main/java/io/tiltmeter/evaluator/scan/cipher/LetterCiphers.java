package io.tiltmeter.evaluator.scan.cipher;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Tries to read a stretch of symbols as English behind a cipher that needs no key, or one of 25.
 * For one thread.
 */
final class LetterCiphers {
  /** Most symbols of a stretch that are tried. */
  static final int LONGEST = 192;

  /** English costs about 2.3 bits a symbol, and hardly ever this much. */
  private static final double READ = 3.6;

  /** How much less than before a symbol must cost. */
  private static final double GAIN = 1.2;

  private static final int LETTERS = 26;
  private static final int A = 'a';
  private static final int SILENT = 'w' - A + 1;

  /** Most consonants that a word begins with. */
  private static final int MOST_MOVED = 3;

  private static final String VOWELS = "aeiouy";

  private final byte[] stretch = new byte[LONGEST];
  private final byte[] trial = new byte[LONGEST + 1];
  private final byte[] best = new byte[LONGEST];
  private final int[] pairs = new int[Symbols.COUNT * Symbols.COUNT];
  private int length;
  private int trialLength;
  private int bestLength;
  private double bestBits;
  private int bestShift;
  private @Nullable Codec bestCodec;

  /**
   * Reads a stretch.
   *
   * @return the cipher behind which it is English; null for none
   */
  @Nullable Codec read(SymbolText text, int from, int end) {
    length = Math.min(LONGEST, end - from);
    System.arraycopy(text.symbols, from, stretch, 0, length);
    bestCodec = null;
    bestShift = 0;
    bestBits = Math.min(READ, unread() - GAIN);
    for (int shift = 1; shift < LETTERS; shift++) {
      rotate(shift);
      attempt(Codec.ROTATION, shift);
    }
    mirror();
    attempt(Codec.ATBASH, 0);
    reverse();
    attempt(Codec.REVERSED, 0);
    reverseWords();
    attempt(Codec.REVERSED_WORDS, 0);
    unpig();
    attempt(Codec.PIG_LATIN, 0);
    uninfix();
    attempt(Codec.INFIX, 0);
    return bestCodec;
  }

  /** By how much letters go back to be read; 0 for other ciphers. */
  int shift() {
    return bestShift;
  }

  /** What was read, in lower case. */
  String plain() {
    StringBuilder plain = new StringBuilder(bestLength);
    for (int i = 0; i < bestLength; i++) {
      plain.append(
          switch (best[i]) {
            case Symbols.POINT -> '.';
            case Symbols.QUOTE -> '\'';
            case Symbols.BLANK, Symbols.DIGIT, Symbols.BRACKET, Symbols.OPERATOR -> ' ';
            default -> (char) (A + best[i] - 1);
          });
    }
    return plain.toString();
  }

  private void attempt(Codec codec, int shift) {
    double bits = mean(trial, trialLength);
    if (bits < bestBits) {
      bestBits = bits;
      bestCodec = codec;
      bestShift = shift;
      bestLength = trialLength;
      System.arraycopy(trial, 0, best, 0, trialLength);
    }
  }

  /** What a symbol of the stretch costs as it stands, in the language that likes it best. */
  private double unread() {
    int least = Integer.MAX_VALUE;
    for (LanguageModel model : Languages.ALL) {
      least = Math.min(least, model.cost(stretch, 0, length));
    }
    return (double) least / LanguageModel.UNIT / length;
  }

  private static double mean(byte[] symbols, int length) {
    int cost = Languages.ENGLISH.cost(symbols, 0, length);
    return length == 0 ? Double.MAX_VALUE : (double) cost / LanguageModel.UNIT / length;
  }

  private void rotate(int shift) {
    for (int i = 0; i < length; i++) {
      int symbol = stretch[i];
      trial[i] =
          (byte) (Symbols.isLetter(symbol) ? (symbol - 1 + LETTERS - shift) % LETTERS + 1 : symbol);
    }
    trialLength = length;
  }

  private void mirror() {
    for (int i = 0; i < length; i++) {
      int symbol = stretch[i];
      trial[i] = (byte) (Symbols.isLetter(symbol) ? LETTERS + 1 - symbol : symbol);
    }
    trialLength = length;
  }

  private void reverse() {
    for (int i = 0; i < length; i++) {
      trial[i] = stretch[length - 1 - i];
    }
    trialLength = length;
  }

  private void reverseWords() {
    System.arraycopy(stretch, 0, trial, 0, length);
    for (int i = 0; i < length; ) {
      int end = wordEnd(i);
      for (int j = i; j < end; j++) {
        trial[j] = stretch[end - 1 - (j - i)];
      }
      i = Math.max(end, i + 1);
    }
    trialLength = length;
  }

  private int wordEnd(int from) {
    int end = from;
    while (end < length && Symbols.isLetter(stretch[end])) {
      end++;
    }
    return end;
  }

  /** "ellohay" is "hello", "eatway" is "eat": what stands before "ay" goes to the front. */
  private void unpig() {
    trialLength = 0;
    for (int i = 0; i < length; ) {
      int end = wordEnd(i);
      if (end - i > 2 && stretch[end - 2] == 1 && stretch[end - 1] == 'y' - A + 1) {
        unpig(i, end - 2);
      } else {
        copy(i, end);
      }
      if (end < length) {
        trial[trialLength++] = stretch[end];
      }
      i = end + 1;
    }
  }

  /** Of all ways to put the last consonants in front, the one that English likes best. */
  private void unpig(int from, int end) {
    int start = trialLength;
    int bestHead = end;
    int least = Integer.MAX_VALUE;
    for (int head = end; head > from && end - head <= MOST_MOVED; head--) {
      if (head < end && isVowel(stretch[head])) {
        break;
      }
      int cost = unpigged(start, from, head, end);
      if (cost < least) {
        least = cost;
        bestHead = head;
      }
    }
    unpigged(start, from, bestHead, end);
  }

  private int unpigged(int start, int from, int head, int end) {
    trialLength = start;
    boolean silent = end - head == 1 && stretch[head] == SILENT && isVowel(stretch[from]);
    if (!silent) {
      copy(head, end);
    }
    copy(from, head);
    trial[trialLength] = Symbols.BLANK;
    return Languages.ENGLISH.cost(trial, start, trialLength + 1);
  }

  private void copy(int from, int end) {
    System.arraycopy(stretch, from, trial, trialLength, end - from);
    trialLength += end - from;
  }

  /** Takes away a vowel and a consonant that stand before nearly every vowel. */
  private void uninfix() {
    trialLength = 0;
    int vowel = 0;
    int consonant = 0;
    int most = 0;
    Arrays.fill(pairs, 0);
    for (int i = 0; i + 2 < length; i++) {
      if (isVowel(stretch[i]) && isConsonant(stretch[i + 1]) && isVowel(stretch[i + 2])) {
        int count = ++pairs[stretch[i] * Symbols.COUNT + stretch[i + 1]];
        if (count > most) {
          most = count;
          vowel = stretch[i];
          consonant = stretch[i + 1];
        }
      }
    }
    for (int i = 0; i < length; i++) {
      boolean infix =
          i + 2 < length
              && stretch[i] == vowel
              && stretch[i + 1] == consonant
              && isVowel(stretch[i + 2]);
      if (infix) {
        i++;
      } else {
        trial[trialLength++] = stretch[i];
      }
    }
  }

  private static boolean isVowel(int symbol) {
    return Symbols.isLetter(symbol) && VOWELS.indexOf(A + symbol - 1) >= 0;
  }

  private static boolean isConsonant(int symbol) {
    return Symbols.isLetter(symbol) && !isVowel(symbol);
  }
}
