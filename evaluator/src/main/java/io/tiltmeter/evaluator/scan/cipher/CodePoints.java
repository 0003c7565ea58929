package io.tiltmeter.evaluator.scan.cipher;

import java.lang.Character.UnicodeScript;

/**
 * Finds characters that people do not see, or take for others: invisible, tag and direction
 * characters, words of two scripts, letters of odd shapes.
 *
 * <p>What some scripts need is exempt there: joiners in emoji and in Indic and Arabic words, tags
 * in flags, directions beside letters that run from right to left, selectors after signs and Han,
 * wide letters beside Han and Kana, single marks on letters. For one thread.
 */
final class CodePoints {
  /** So many joiners or selectors in a row carry a message. */
  private static final int PAYLOAD = 4;

  /** So many hidden characters in one turn are no slip of an editor. */
  private static final int MANY_HIDDEN = 3;

  private static final int MANY_STYLED = 16;
  private static final int MANY_STACKS = 4;
  private static final int FEW_WORDS = 3;
  private static final String LOOKALIKES =
      "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u043a\u043c\u0442\u0432\u043d\u0501"
          + "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0406\u0408\u0405"
          + "\u03bf\u03bd\u03c1\u03b9\u03ba\u03b1\u0391\u0392\u0395\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a7";

  private int hidden;
  private int certain;
  private int woven;
  private int disguised;
  private int foreignWords;
  private int styled;
  private int wide;
  private int stacks;
  private boolean rightToLeft;
  private boolean eastAsian;
  private boolean directions;

  /** Of the word at hand. */
  private int latin;

  private int foreign;
  private int lookalikes;
  private int changes;
  private int lastScript;

  /** Of the run at hand. */
  private int hiddenRun;

  private int styledRun;
  private int markRun;
  private boolean afterLatin;
  private boolean afterFlag;

  /** Reads a turn. */
  void read(String text) {
    clear();
    int at = firstBeyondAscii(text);
    if (at == text.length()) {
      return;
    }
    // From the start of the word in which the first such character stands.
    while (at > 0 && Symbols.isLetter(Symbols.of(text.charAt(at - 1)))) {
      at--;
    }
    while (at < text.length()) {
      int c = text.codePointAt(at);
      int next = at + Character.charCount(c);
      see(c, next < text.length() ? text.codePointAt(next) : ' ', at == 0);
      at = next;
    }
    endWord();
    endStyled();
  }

  private static int firstBeyondAscii(String text) {
    int at = 0;
    while (at < text.length() && text.charAt(at) < 0x80) {
      at++;
    }
    return at;
  }

  private void clear() {
    hidden = certain = woven = disguised = foreignWords = styled = wide = stacks = 0;
    latin = foreign = lookalikes = changes = lastScript = 0;
    hiddenRun = styledRun = markRun = 0;
    rightToLeft = eastAsian = directions = afterLatin = afterFlag = false;
  }

  /** Whether anything is hidden. */
  boolean isHidden() {
    return hidden > 0 || certain > 0 || (directions && !rightToLeft);
  }

  /** Whether it is hidden beyond what an editor may leave behind. */
  boolean isPayload() {
    return certain > 0 || hidden >= MANY_HIDDEN;
  }

  /** Whether letters stand for others that they look like. */
  boolean hasHomoglyphs() {
    return woven > 0 || (disguised > 0 && foreignWords < FEW_WORDS);
  }

  /** Whether much of it is in letters of odd shapes. */
  boolean isStyled() {
    return styled + (eastAsian ? 0 : wide) >= MANY_STYLED || stacks >= MANY_STACKS;
  }

  private void see(int c, int next, boolean first) {
    if (isInvisible(c)) {
      invisible(c, next, first);
      return;
    }
    hiddenRun = 0;
    if (isMark(c)) {
      markRun++;
      stacks += markRun == 3 ? 1 : 0;
      return;
    }
    markRun = 0;
    afterFlag = c == 0x1f3f4;
    if (c < 0x80 ? Symbols.isLetter(Symbols.of((char) c)) : Character.isLetter(c)) {
      letter(c);
    } else {
      endWord();
      afterLatin = false;
    }
    style(c);
  }

  private static boolean isInvisible(int c) {
    return (c >= 0x200b && c <= 0x200f)
        || (c >= 0x202a && c <= 0x202e)
        || (c >= 0x2060 && c <= 0x2069)
        || c == 0xfeff
        || c == 0x180e
        || c == 0x115f
        || c == 0x1160
        || c == 0x3164
        || (c >= 0xfe00 && c <= 0xfe0f)
        || (c >= 0xe0000 && c <= 0xe0fff);
  }

  private void invisible(int c, int next, boolean first) {
    hiddenRun++;
    boolean isTag = c >= 0xe0000 && c <= 0xe007f;
    boolean isDirection = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    if (isTag) {
      certain += afterFlag ? 0 : 1;
    } else if (isDirection) {
      directions = true;
      certain += (c == 0x202d || c == 0x202e) && afterLatin ? 1 : 0;
    } else if (hiddenRun == PAYLOAD) {
      certain++;
    } else if (!first && afterLatin && isLatin(next)) {
      hidden++;
    }
  }

  private static boolean isLatin(int c) {
    return c < 0x10000 && Symbols.isLetter(Symbols.of((char) c));
  }

  private static boolean isMark(int c) {
    return (c >= 0x300 && c <= 0x36f) || (c >= 0x20d0 && c <= 0x20ff);
  }

  private void letter(int c) {
    boolean isLatin = isLatin(c);
    afterLatin = isLatin;
    UnicodeScript script = isLatin ? UnicodeScript.LATIN : UnicodeScript.of(c);
    switch (script) {
      case LATIN -> {
        latin++;
        change(1);
      }
      case CYRILLIC, GREEK, ARMENIAN, CHEROKEE, COPTIC -> {
        foreign++;
        lookalikes += LOOKALIKES.indexOf(c) >= 0 || script == UnicodeScript.CHEROKEE ? 1 : 0;
        change(2);
      }
      case HAN, HIRAGANA, KATAKANA, HANGUL -> {
        eastAsian = true;
        endWord();
      }
      case ARABIC, HEBREW, SYRIAC, THAANA, NKO -> {
        rightToLeft = true;
        endWord();
      }
      default -> endWord();
    }
  }

  private void change(int script) {
    changes += lastScript != 0 && lastScript != script ? 1 : 0;
    lastScript = script;
  }

  /** "PDF" with an ending in Cyrillic is Russian; letters here and there are not. */
  private void endWord() {
    if (latin > 0 && foreign > 0 && latin + foreign > 3) {
      woven += changes > 1 && lookalikes > 0 ? 1 : 0;
      disguised += lookalikes == foreign && latin > foreign ? 1 : 0;
    } else if (foreign > 2) {
      foreignWords++;
    }
    latin = foreign = lookalikes = changes = lastScript = 0;
  }

  private void style(int c) {
    if (isStyledLetter(c)) {
      styledRun++;
    } else if (c >= 0xff21 && c <= 0xff5a) {
      wide++;
    } else {
      endStyled();
    }
  }

  private void endStyled() {
    styled += styledRun > 2 ? styledRun : 0;
    styledRun = 0;
  }

  private static boolean isStyledLetter(int c) {
    return (c >= 0x1d400 && c <= 0x1d7cb)
        || (c >= 0x249c && c <= 0x24e9)
        || (c >= 0x1f110 && c <= 0x1f189)
        || (c >= 0x1d00 && c <= 0x1d2b)
        || (c >= 0x16a0 && c <= 0x16f8)
        || (c >= 0x1680 && c <= 0x169a)
        || (c >= 0x10330 && c <= 0x1034a)
        || (c >= 0x10400 && c <= 0x1047f);
  }
}
