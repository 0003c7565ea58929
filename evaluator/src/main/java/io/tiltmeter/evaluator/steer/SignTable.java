package io.tiltmeter.evaluator.steer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.regex.Pattern;

/**
 * A group of signs for each letter. Digits stay, all else is left out.
 *
 * @param signs 26 of them, for a to z
 * @param between what parts letters
 * @param gap what parts words
 */
record SignTable(List<String> signs, String between, String gap) implements Writing {
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz";
  private static final String SLASH = " / ";
  private static final int BRAILLE = 0x2800;

  private static final List<String> DOTS_AND_DASHES =
      List.of(
          ".-", "-...", "-.-.", "-..", ".", "..-.", "--.", "....", "..", ".---", "-.-", ".-..",
          "--", "-.", "---", ".--.", "--.-", ".-.", "...", "-", "..-", "...-", ".--", "-..-",
          "-.--", "--..");

  /** Dots of the Braille letters a to z, one bit each. */
  private static final List<Integer> DOTS =
      List.of(
          1, 3, 9, 25, 17, 11, 27, 19, 10, 26, 5, 7, 13, 29, 21, 15, 31, 23, 14, 30, 37, 39, 58, 45,
          61, 53);

  static final SignTable MORSE = new SignTable(DOTS_AND_DASHES, " ", SLASH);

  static final SignTable BRAILLE_CELLS =
      new SignTable(
          DOTS.stream().map(dots -> Character.toString(BRAILLE + dots)).toList(), "", " ");

  /** Places in the alphabet, from 1. */
  static final SignTable NUMBERS = new SignTable(each(i -> Integer.toString(i + 1)), " ", SLASH);

  /** Rows and columns of a square in which i and j share a field. */
  static final SignTable POLYBIUS = new SignTable(each(SignTable::field), " ", SLASH);

  /** Two letters in groups of five. */
  static final SignTable BACON = new SignTable(each(SignTable::group), " ", SLASH);

  /** Letters one by one. */
  static final SignTable SPELLED =
      new SignTable(each(i -> ALPHABET.substring(i, i + 1)), "-", "-_-");

  SignTable {
    signs = List.copyOf(signs);
  }

  private static List<String> each(IntFunction<String> sign) {
    List<String> signs = new ArrayList<>();
    for (int i = 0; i < ALPHABET.length(); i++) {
      signs.add(sign.apply(i));
    }
    return signs;
  }

  private static String field(int letter) {
    int place = letter > 'i' - 'a' ? letter - 1 : letter;
    return "" + (place / 5 + 1) + (place % 5 + 1);
  }

  private static String group(int letter) {
    StringBuilder group = new StringBuilder();
    for (int bit = 4; bit >= 0; bit--) {
      group.append((letter >> bit & 1) == 0 ? 'a' : 'b');
    }
    return group.toString();
  }

  @Override
  public String write(String plain) {
    List<String> words = new ArrayList<>();
    for (String word : plain.toLowerCase(Locale.ROOT).split("\\s+", 0)) {
      List<String> coded = new ArrayList<>();
      for (int i = 0; i < word.length(); i++) {
        char c = word.charAt(i);
        if (c >= 'a' && c <= 'z') {
          coded.add(signs.get(c - 'a'));
        } else if (c >= '0' && c <= '9') {
          coded.add(Character.toString(c));
        }
      }
      if (!coded.isEmpty()) {
        words.add(String.join(between, coded));
      }
    }
    return String.join(gap, words);
  }

  @Override
  public String read(String coded) {
    Map<String, String> letters = new HashMap<>();
    for (int i = 0; i < ALPHABET.length(); i++) {
      letters.putIfAbsent(signs.get(i), ALPHABET.substring(i, i + 1));
    }
    StringBuilder plain = new StringBuilder();
    for (String word : coded.strip().split(Pattern.quote(gap), 0)) {
      plain.append(plain.isEmpty() ? "" : " ");
      for (String sign : word.split(Pattern.quote(between), 0)) {
        plain.append(letters.getOrDefault(sign, sign));
      }
    }
    return plain.toString();
  }
}
