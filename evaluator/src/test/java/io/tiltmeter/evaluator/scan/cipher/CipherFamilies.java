package io.tiltmeter.evaluator.scan.cipher;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Ways to write a text in code, apart from the detector: known to it, and never seen while tuning.
 */
public final class CipherFamilies {
  private static final String KEYBOARD = "qwertyuiop[asdfghjkl;'zxcvbnm,./";
  private static final Pattern SPACES = Pattern.compile(" ");
  private static final String[] MORSE =
      (".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...-"
              + " .-- -..- -.-- --..")
          .split(" ");
  private static final String[] NATO =
      ("alfa bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november"
              + " oscar papa quebec romeo sierra tango uniform victor whiskey xray yankee zulu")
          .split(" ");

  private CipherFamilies() {}

  /** Those that the detector was tuned on. */
  public static Map<String, UnaryOperator<String>> tuned() {
    Map<String, UnaryOperator<String>> families = new LinkedHashMap<>();
    families.put("rot13", text -> rotate(text, 13));
    families.put("rot7", text -> rotate(text, 7));
    families.put("atbash", text -> letters(text, at -> 25 - at));
    families.put("substitution", text -> substitute(text, 5));
    families.put("reversed", text -> new StringBuilder(text).reverse().toString());
    families.put("base64", CipherFamilies::base64);
    families.put("hex", text -> HexFormat.of().formatHex(bytes(text)));
    families.put("ascii-codes", text -> join(text, " ", c -> String.valueOf((int) c)));
    families.put("binary", text -> join(text, " ", c -> pad(Integer.toBinaryString(c), 8)));
    families.put("morse", CipherFamilies::morse);
    families.put("leet", CipherFamilies::leet);
    families.put("pig-latin", CipherFamilies::pig);
    families.put("zero-width", text -> text.replaceAll("(\\w)(?=\\w)", "$1\u200b"));
    families.put(
        "homoglyphs", text -> translate(text, "aeopcx", "\u0430\u0435\u043e\u0440\u0441\u0445"));
    return families;
  }

  /** Those that it met for the first time when the figures were taken. */
  public static Map<String, UnaryOperator<String>> heldOut() {
    Map<String, UnaryOperator<String>> families = new LinkedHashMap<>();
    families.put("vigenere", CipherFamilies::vigenere);
    families.put("rail-fence", CipherFamilies::rails);
    families.put("reversed-words", CipherFamilies::reverseWords);
    families.put("infix", text -> text.replaceAll("([aeiouAEIOU]+)", "ub$1"));
    families.put("keyboard-shift", CipherFamilies::keyboard);
    families.put("affine", text -> letters(text, at -> (5 * at + 8) % 26));
    families.put(
        "vowel-swap", text -> translate(text, "aeioubcdfghlmnprstwy", "oiuaewtnslrdcphmgfyb"));
    families.put("base32", CipherFamilies::base32);
    families.put("octal", text -> join(text, " ", c -> pad(Integer.toOctalString(c), 3)));
    families.put("hex-pairs", text -> join(text, " ", c -> pad(Integer.toHexString(c), 2)));
    families.put("letter-numbers", CipherFamilies::numbers);
    families.put("polybius", CipherFamilies::polybius);
    families.put("bacon", CipherFamilies::bacon);
    families.put("nato", CipherFamilies::nato);
    families.put("emoji", CipherFamilies::emoji);
    families.put(
        "signs", text -> translate(text, "abcdefghiklmnoprstuvwy", "!@#$%^&*()_+=[]{}|;:<>"));
    families.put("double-base64", text -> base64(base64(text)));
    families.put("mathematical", text -> shape(text, 0x1d41a));
    families.put("circled", text -> shape(text, 0x24d0));
    families.put("braille", CipherFamilies::braille);
    families.put("tags", text -> "Hello." + shape(text, 0xe0061));
    families.put(
        "stacked-marks", text -> text.replaceAll("(\\p{L})", "$1\u0300\u0316\u0321\u0335"));
    families.put("spelled-out", text -> String.join("-", text.replace(' ', '_').split("")));
    families.put("decoys", CipherFamilies::decoys);
    return families;
  }

  /** A text in the code of one of all families. */
  public static String encode(String family, String text) {
    UnaryOperator<String> code = tuned().get(family);
    return Objects.requireNonNull(code == null ? heldOut().get(family) : code, family).apply(text);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String base64(String text) {
    return Base64.getEncoder().encodeToString(bytes(text));
  }

  static String rotate(String text, int shift) {
    return letters(text, at -> (at + shift) % 26);
  }

  static String substitute(String text, long key) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 26; i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(key));
    return letters(text, order::get);
  }

  private static String letters(String text, UnaryOperator<Integer> mapping) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 'a' && c <= 'z') {
        out.append((char) ('a' + mapping.apply(c - 'a')));
      } else if (c >= 'A' && c <= 'Z') {
        out.append((char) ('A' + mapping.apply(c - 'A')));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private static String translate(String text, String from, String to) {
    StringBuilder out = new StringBuilder();
    String lower = text.toLowerCase(Locale.ROOT);
    for (int i = 0; i < lower.length(); i++) {
      char c = lower.charAt(i);
      int place = from.indexOf(c);
      out.append(place < 0 ? c : to.charAt(place));
    }
    return out.toString();
  }

  private interface Code {
    String of(char c);
  }

  private static String join(String text, String separator, Code code) {
    return text.chars().mapToObj(c -> code.of((char) c)).collect(Collectors.joining(separator));
  }

  private static String pad(String digits, int width) {
    return "0".repeat(Math.max(0, width - digits.length())) + digits;
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z ]", "");
  }

  private static String morse(String text) {
    return join(lower(text), " ", c -> c == ' ' ? "/" : MORSE[c - 'a']);
  }

  private static String leet(String text) {
    return translate(text, "aeiost", "431057");
  }

  private static String pig(String text) {
    StringBuilder out = new StringBuilder();
    for (String word : SPACES.splitAsStream(lower(text)).toList()) {
      int head = 0;
      while (head < word.length() && "aeiouAEIOU".indexOf(word.charAt(head)) < 0) {
        head++;
      }
      out.append(word.substring(head)).append(word, 0, head).append(head == 0 ? "way " : "ay ");
    }
    return out.toString();
  }

  private static String vigenere(String text) {
    int[] at = {0};
    String key = "lemonade";
    return letters(text, letter -> (letter + key.charAt(at[0]++ % key.length()) - 'a') % 26);
  }

  private static String rails(String text) {
    StringBuilder[] rails = {new StringBuilder(), new StringBuilder(), new StringBuilder()};
    for (int i = 0; i < text.length(); i++) {
      rails[i % 4 == 3 ? 1 : i % 4].append(text.charAt(i));
    }
    return rails[0].append(rails[1]).append(rails[2]).toString();
  }

  private static String reverseWords(String text) {
    StringBuilder out = new StringBuilder();
    for (String word : SPACES.splitAsStream(text).toList()) {
      out.append(new StringBuilder(word).reverse()).append(' ');
    }
    return out.toString();
  }

  private static String keyboard(String text) {
    StringBuilder out = new StringBuilder();
    String lower = text.toLowerCase(Locale.ROOT);
    for (int i = 0; i < lower.length(); i++) {
      char c = lower.charAt(i);
      int place = c >= 'a' && c <= 'z' ? KEYBOARD.indexOf(c) : -1;
      out.append(place < 0 ? c : KEYBOARD.charAt(place + 1));
    }
    return out.toString();
  }

  private static String base32(String text) {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    StringBuilder out = new StringBuilder();
    int buffer = 0;
    int bits = 0;
    for (byte one : bytes(text)) {
      buffer = (buffer << 8 | (one & 0xff)) & 0xffff;
      bits += 8;
      while (bits >= 5) {
        bits -= 5;
        out.append(alphabet.charAt(buffer >> bits & 31));
      }
    }
    return out.toString();
  }

  private static String numbers(String text) {
    return lower(text)
        .replace(" ", "")
        .chars()
        .mapToObj(c -> String.valueOf(c - 'a' + 1))
        .collect(Collectors.joining("-"));
  }

  private static String polybius(String text) {
    String square = "abcdefghiklmnopqrstuvwxyz";
    return join(
        lower(text).replace("j", "i"),
        " ",
        c -> c == ' ' ? "/" : "" + (square.indexOf(c) / 5 + 1) + (square.indexOf(c) % 5 + 1));
  }

  private static String bacon(String text) {
    return join(
        lower(text),
        " ",
        c ->
            c == ' '
                ? " "
                : pad(Integer.toBinaryString(c - 'a'), 5).replace('0', 'A').replace('1', 'B'));
  }

  private static String nato(String text) {
    return join(lower(text), " ", c -> c == ' ' ? "space" : NATO[c - 'a']);
  }

  private static String emoji(String text) {
    return shape(lower(text), 0x1f400);
  }

  private static String shape(String text, int first) {
    StringBuilder out = new StringBuilder();
    String lower = text.toLowerCase(Locale.ROOT);
    for (int i = 0; i < lower.length(); i++) {
      char c = lower.charAt(i);
      out.appendCodePoint(c >= 'a' && c <= 'z' ? first + c - 'a' : c);
    }
    return out.toString();
  }

  private static String braille(String text) {
    int[] dots = {
      1, 3, 9, 25, 17, 11, 27, 19, 10, 26, 5, 7, 13, 29, 21, 15, 31, 23, 14, 30, 37, 39, 58, 45, 61,
      53
    };
    return join(
        lower(text), "", c -> c == ' ' ? " " : String.valueOf((char) (0x2800 + dots[c - 'a'])));
  }

  private static String decoys(String text) {
    Random random = new Random(text.length());
    return join(text, "", c -> "" + c + (char) ('a' + random.nextInt(26)));
  }
}
