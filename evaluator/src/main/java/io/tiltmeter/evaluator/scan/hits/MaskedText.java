package io.tiltmeter.evaluator.scan.hits;

import io.tiltmeter.evaluator.scan.ScanVersions;
import io.tiltmeter.evaluator.scan.lexicon.Lexicon;
import io.tiltmeter.evaluator.scan.lexicon.LexiconMatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A few words of a text, for people who have to know what it is about and not what it says.
 *
 * <p>Shown are ordinary words only. Masked is what a request for harm hangs on (the words without
 * which the lexicon of explicit harm would not find it), all that is no ordinary word, such as
 * numbers, credentials, addresses and other alphabets, what is written like a name, and what
 * follows a word such as "password". For one thread.
 */
final class MaskedText {
  /** What stands for one or more words that are not shown. */
  static final String MASK = "███";

  private static final Lexicon HARM = Lexicon.load(ScanVersions.class, "harm/harm.txt");

  /** Characters of a text that are looked at. */
  private static final int LOOKED_AT = 2000;

  /** Words after one of these are not shown, whatever they are. */
  private static final Set<String> BEFORE_SECRETS =
      Set.of(
          "password",
          "passwd",
          "pwd",
          "pass",
          "passphrase",
          "passcode",
          "secret",
          "token",
          "key",
          "pin",
          "credential",
          "credentials",
          "login",
          "code");

  private static final int HIDDEN_AFTER = 4;

  private final LexiconMatcher harm = HARM.matcher();

  /**
   * At most so many words of the text, around what was masked as harmful where something was, else
   * from its beginning.
   */
  String of(String text, int most) {
    String seen = text.substring(0, Math.min(LOOKED_AT, text.length()));
    String[] words = seen.strip().split("\\s+", -1);
    boolean[] hidden = harmful(words);
    int first = IntStream.range(0, words.length).filter(i -> hidden[i]).findFirst().orElse(0);
    hideRest(words, hidden);
    int from = Math.max(0, Math.min(first - most / 2, words.length - most));
    int end = Math.min(words.length, from + most);
    List<String> shown = new ArrayList<>();
    for (int i = from; i < end; i++) {
      String next = hidden[i] ? MASK : words[i];
      if (!next.equals(MASK) || shown.isEmpty() || !shown.getLast().equals(MASK)) {
        shown.add(next);
      }
    }
    String middle = String.join(" ", shown);
    boolean isMore = end < words.length || seen.length() < text.length();
    return (from > 0 ? "… " : "") + middle + (isMore ? " …" : "");
  }

  /**
   * Words without which the lexicon finds less. What is left is looked at again until it finds
   * nothing, as a request may say twice what it asks for.
   */
  private boolean[] harmful(String[] words) {
    boolean[] hidden = new boolean[words.length];
    String[] left = words.clone();
    for (int hits = hits(left); hits > 0; hits = hits(left)) {
      Set<String> needed = needed(left, hits);
      if (needed.isEmpty()) {
        Arrays.fill(hidden, true);
        return hidden;
      }
      for (int i = 0; i < left.length; i++) {
        if (needed.contains(left[i])) {
          hidden[i] = true;
          left[i] = "";
        }
      }
    }
    return hidden;
  }

  private Set<String> needed(String[] words, int hits) {
    Set<String> needed = new HashSet<>();
    for (String word : Set.copyOf(Arrays.asList(words))) {
      String[] without =
          Arrays.stream(words).map(other -> other.equals(word) ? "" : other).toArray(String[]::new);
      if (!word.isEmpty() && hits(without) < hits) {
        needed.add(word);
      }
    }
    return needed;
  }

  private int hits(String[] words) {
    return harm.find(String.join(" ", words)).size();
  }

  private static void hideRest(String[] words, boolean[] hidden) {
    int secretUntil = 0;
    boolean begins = true;
    for (int i = 0; i < words.length; i++) {
      String bare = words[i].replaceAll("^[\"'(]+|[\"').,;:!?]+$", "");
      String lower = bare.toLowerCase(Locale.ROOT);
      boolean isName = !begins && !bare.isEmpty() && Character.isUpperCase(bare.charAt(0));
      hidden[i] |=
          i < secretUntil || (isName && !bare.equals("I")) || !OrdinaryWords.contains(lower);
      if (Arrays.stream(lower.split("[^a-z]+", -1)).anyMatch(BEFORE_SECRETS::contains)) {
        secretUntil = i + 1 + HIDDEN_AFTER;
      }
      begins = words[i].endsWith(".") || words[i].endsWith("!") || words[i].endsWith("?");
    }
  }
}
