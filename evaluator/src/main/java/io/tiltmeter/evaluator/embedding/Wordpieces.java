package io.tiltmeter.evaluator.embedding;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Splits text into the word pieces of uncased BERT models: J. Devlin et al., NAACL 2019, with the
 * greedy longest match of M. Schuster and K. Nakajima, ICASSP 2012.
 *
 * <p>Written here, though a library has it too, because the process that judges and scans must not
 * load native code for text that strangers wrote, and because a file of millions of rows is split.
 */
public final class Wordpieces {
  /** The id of a word that no pieces make up. */
  public static final int UNKNOWN = 100;

  private static final int LONGEST_WORD = 100;
  private static final String CONTINUED = "##";

  private final Map<String, Integer> beginnings = new HashMap<>();
  private final Map<String, Integer> continuations = new HashMap<>();

  /**
   * Pieces of this vocabulary.
   *
   * @param vocabulary pieces in the order of their ids; those inside words begin with "##"
   */
  public Wordpieces(List<String> vocabulary) {
    for (int id = 0; id < vocabulary.size(); id++) {
      String piece = vocabulary.get(id);
      if (piece.startsWith(CONTINUED)) {
        continuations.put(piece.substring(CONTINUED.length()), id);
      } else {
        beginnings.put(piece, id);
      }
    }
  }

  /** The ids of the pieces, without any that mark beginning or end; linear in the text. */
  public List<Integer> of(String text) {
    List<Integer> ids = new ArrayList<>();
    if (isPlainWord(text)) {
      addPieces(text, ids);
      return ids;
    }
    for (String word : isAscii(text) ? asciiWords(text) : words(text)) {
      addPieces(word, ids);
    }
    return ids;
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  /** What {@link #words} makes of ASCII, which has no accents. */
  private static List<String> asciiWords(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isSpace(c)) {
        end(word, words);
      } else if (isPunctuation(c)) {
        end(word, words);
        words.add(String.valueOf(c));
      } else if (c > ' ' && c != 0x7f) {
        word.append(Character.toLowerCase(c));
      }
    }
    end(word, words);
    return words;
  }

  /** Whether a text is what {@link #words} would make of it, which most words of a scan are. */
  private static boolean isPlainWord(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < 'a' || c > 'z') && (c < '0' || c > '9')) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private void addPieces(String word, List<Integer> ids) {
    if (word.codePointCount(0, word.length()) > LONGEST_WORD) {
      ids.add(UNKNOWN);
      return;
    }
    int before = ids.size();
    int from = 0;
    while (from < word.length()) {
      int end = longest(from == 0 ? beginnings : continuations, word, from);
      if (end == from) {
        ids.subList(before, ids.size()).clear();
        ids.add(UNKNOWN);
        return;
      }
      ids.add((from == 0 ? beginnings : continuations).get(word.substring(from, end)));
      from = end;
    }
  }

  private static int longest(Map<String, Integer> pieces, String word, int from) {
    int end = word.length();
    while (end > from && !pieces.containsKey(word.substring(from, end))) {
      end--;
    }
    return end;
  }

  /** Lower-case words without accents; each punctuation mark and each ideograph is a word. */
  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    plain(text)
        .codePoints()
        .forEach(
            c -> {
              if (isSpace(c)) {
                end(word, words);
              } else if (isPunctuation(c)) {
                end(word, words);
                words.add(Character.toString(c));
              } else {
                word.appendCodePoint(c);
              }
            });
    end(word, words);
    return words;
  }

  private static String plain(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    Normalizer.normalize(spaced(text), Form.NFD)
        .codePoints()
        .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
        .map(Character::toLowerCase)
        .forEach(plain::appendCodePoint);
    return plain.toString();
  }

  private static void end(StringBuilder word, List<String> words) {
    if (!word.isEmpty()) {
      words.add(word.toString());
      word.setLength(0);
    }
  }

  /** Without control characters, and with spaces around ideographs. */
  private static String spaced(String text) {
    StringBuilder spaced = new StringBuilder(text.length());
    text.codePoints()
        .filter(c -> c != 0 && c != 0xfffd && (isSpace(c) || !isControl(c)))
        .forEach(
            c -> {
              if (isIdeograph(c)) {
                spaced.append(' ').appendCodePoint(c).append(' ');
              } else {
                spaced.appendCodePoint(c);
              }
            });
    return spaced.toString();
  }

  private static boolean isSpace(int c) {
    return c == '\t' || c == '\n' || c == '\r' || Character.isSpaceChar(c);
  }

  private static boolean isControl(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE -> true;
      default -> false;
    };
  }

  private static boolean isIdeograph(int c) {
    return (c >= 0x4e00 && c <= 0x9fff)
        || (c >= 0x3400 && c <= 0x4dbf)
        || (c >= 0x20000 && c <= 0x2ceaf)
        || (c >= 0xf900 && c <= 0xfaff)
        || (c >= 0x2f800 && c <= 0x2fa1f);
  }

  /** As Unicode says, and every sign of ASCII. */
  private static boolean isPunctuation(int c) {
    if (c < 0x80) {
      return c > ' ' && c != 0x7f && !Character.isLetterOrDigit(c);
    }
    return switch (Character.getType(c)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }
}
