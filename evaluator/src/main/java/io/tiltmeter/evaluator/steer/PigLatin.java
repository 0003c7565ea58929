package io.tiltmeter.evaluator.steer;

import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The first consonants of a word at its end, with "ay" after them; "way" after a vowel. */
enum PigLatin implements Writing {
  ENGLISH;

  private static final Pattern WORD = Pattern.compile("[A-Za-z]+");
  private static final String VOWELS = "aeiou";

  /** Consonants that English words begin with, the longest first. */
  private static final List<String> HEADS =
      List.of(
          "shr", "scr", "spl", "spr", "squ", "str", "thr", "bl", "br", "ch", "cl", "cr", "dr", "fl",
          "fr", "gh", "gl", "gr", "kn", "ph", "pl", "pr", "qu", "sc", "sh", "sk", "sl", "sm", "sn",
          "sp", "st", "sw", "th", "tr", "tw", "wh", "wr");

  @Override
  public String write(String plain) {
    return WORD.matcher(plain).replaceAll(PigLatin::moved);
  }

  private static String moved(MatchResult match) {
    String word = match.group().toLowerCase(Locale.ROOT);
    int head = 0;
    while (head < word.length() && VOWELS.indexOf(word.charAt(head)) < 0) {
      boolean isVowelSound = head > 0 && word.charAt(head) == 'y';
      if (isVowelSound) {
        break;
      }
      boolean qu = word.startsWith("qu", head);
      head += qu ? 2 : 1;
    }
    return head == 0 ? word + "way" : word.substring(head) + word.substring(0, head) + "ay";
  }

  @Override
  public String read(String coded) {
    return WORD.matcher(coded).replaceAll(PigLatin::movedBack);
  }

  private static String movedBack(MatchResult match) {
    String word = match.group().toLowerCase(Locale.ROOT);
    if (!word.endsWith("ay") || word.length() < 4) {
      return word;
    }
    String rest = word.substring(0, word.length() - 2);
    if (rest.endsWith("w") && VOWELS.indexOf(rest.charAt(0)) >= 0) {
      return rest.substring(0, rest.length() - 1);
    }
    int head =
        HEADS.stream()
            .filter(rest::endsWith)
            .map(String::length)
            .findFirst()
            .orElse(VOWELS.indexOf(rest.charAt(rest.length() - 1)) < 0 ? 1 : 0);
    int cut = rest.length() - head;
    return rest.substring(cut) + rest.substring(0, cut);
  }
}
