package io.tiltmeter.evaluator.scan.cipher;

import java.util.Arrays;

/**
 * Tells whether an answer is a part of its prompt in other letters, word for word: then the mutual
 * information of letters at the same place is all the information they have. For one thread.
 */
final class MappedAnswers {
  private static final int FEWEST_LETTERS = 24;
  private static final int FEWEST_KINDS = 8;

  /** Symbols of an answer that are compared: more would say nothing new. */
  private static final int MOST = 400;

  private final SymbolText prompt = new SymbolText();
  private final SymbolText answer = new SymbolText();
  private final byte[] to = new byte[Symbols.COUNT];
  private final byte[] back = new byte[Symbols.COUNT];

  /** Whether the answer is a part of the prompt under a mapping of letters that can be undone. */
  boolean isMapped(String request, String reply) {
    answer.read(reply);
    int from = firstLetter(answer);
    int end = Math.min(lastLetter(answer), from + MOST);
    // A text has no more symbols than characters, and most answers are longer than what they
    // answer.
    if (end - from < FEWEST_LETTERS || request.length() < end - from) {
      return false;
    }
    prompt.read(request);
    if (prompt.length < end - from) {
      return false;
    }
    for (int at = 0; at + (end - from) <= prompt.length; at++) {
      boolean beginsWord = at == 0 || !Symbols.isLetter(prompt.symbols[at - 1]);
      if (beginsWord && maps(at, from, end)) {
        return true;
      }
    }
    return false;
  }

  private static int firstLetter(SymbolText text) {
    int from = 0;
    while (from < text.length && !Symbols.isLetter(text.symbols[from])) {
      from++;
    }
    return from;
  }

  private static int lastLetter(SymbolText text) {
    int end = text.length;
    while (end > 0 && !Symbols.isLetter(text.symbols[end - 1])) {
      end--;
    }
    return end;
  }

  private boolean maps(int at, int from, int end) {
    Arrays.fill(to, (byte) 0);
    Arrays.fill(back, (byte) 0);
    int kinds = 0;
    int moved = 0;
    int letters = 0;
    for (int i = from; i < end; i++) {
      byte mine = answer.symbols[i];
      byte theirs = prompt.symbols[at + i - from];
      boolean isLetter = Symbols.isLetter(mine);
      if (isLetter != Symbols.isLetter(theirs)) {
        return false;
      }
      if (isLetter) {
        if (to[theirs] == 0 && back[mine] == 0) {
          to[theirs] = mine;
          back[mine] = theirs;
          kinds++;
          moved += mine == theirs ? 0 : 1;
        } else if (to[theirs] != mine || back[mine] != theirs) {
          return false;
        }
        letters++;
      }
    }
    return letters >= FEWEST_LETTERS && kinds >= FEWEST_KINDS && 2 * moved > kinds;
  }
}
