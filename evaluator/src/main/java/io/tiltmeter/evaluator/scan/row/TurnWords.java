package io.tiltmeter.evaluator.scan.row;

import io.tiltmeter.evaluator.scan.detector.Hash64;
import java.util.Arrays;
import java.util.Locale;

/**
 * The words of a turn: runs of letters and digits, by the hash of their lower case.
 *
 * <p>Several detectors know rows by them, in every pass, so that a turn keeps them once they are
 * made: splitting and hashing a turn anew for each took more time than what they do with it.
 */
public final class TurnWords {
  /** Characters of a turn that are looked at. */
  public static final int REACH = 4000;

  private static final char[] ASCII = ascii();

  private final String text;
  private long[] hashes;
  private int[] starts;
  private int[] ends;
  private int count;

  private TurnWords(String text) {
    this.text = text;
    int likely = 8 + Math.min(REACH, text.length()) / 5;
    this.hashes = new long[likely];
    this.starts = new int[likely];
    this.ends = new int[likely];
  }

  /** The lower case of letters and digits; 0 for the rest. */
  private static char[] ascii() {
    char[] table = new char[0x80];
    for (char c = 0; c < table.length; c++) {
      table[c] = Character.isLetterOrDigit(c) ? Character.toLowerCase(c) : 0;
    }
    return table;
  }

  public static TurnWords of(String text) {
    TurnWords words = new TurnWords(text);
    words.split();
    return words;
  }

  private void split() {
    int end = Math.min(REACH, text.length());
    int at = 0;
    while (at < end) {
      if (isOfWord(text.charAt(at))) {
        at = word(at, end);
      } else {
        at++;
      }
    }
  }

  private static boolean isOfWord(char c) {
    return c < 0x80 ? ASCII[c] != 0 : Character.isLetterOrDigit(c);
  }

  /** Adds the word that begins here; says where it ends. */
  private int word(int from, int end) {
    long hash = Hash64.BEGIN;
    boolean plain = true;
    int at = from;
    while (at < end) {
      char c = text.charAt(at);
      if (c < 0x80) {
        if (ASCII[c] == 0) {
          break;
        }
        hash = Hash64.step(hash, ASCII[c]);
      } else if (Character.isLetterOrDigit(c)) {
        plain = false;
      } else {
        break;
      }
      at++;
    }
    long whole = plain ? Hash64.mix(hash) : Hash64.of(lower(from, at));
    add(whole, from, at);
    return at;
  }

  private String lower(int from, int end) {
    return text.substring(from, end).toLowerCase(Locale.ROOT);
  }

  private void add(long hash, int from, int end) {
    if (count == hashes.length) {
      hashes = Arrays.copyOf(hashes, 2 * count);
      starts = Arrays.copyOf(starts, 2 * count);
      ends = Arrays.copyOf(ends, 2 * count);
    }
    hashes[count] = hash;
    starts[count] = from;
    ends[count++] = end;
  }

  /** How many words. */
  public int count() {
    return count;
  }

  /** {@link Hash64#of} of a word in lower case. */
  public long hash(int word) {
    return hashes[word];
  }

  /** Where in the turn a word begins. */
  public int start(int word) {
    return starts[word];
  }

  /** Where in the turn a word ends. */
  public int end(int word) {
    return ends[word];
  }

  /** A word in lower case. */
  public String text(int word) {
    return lower(starts[word], ends[word]);
  }
}
