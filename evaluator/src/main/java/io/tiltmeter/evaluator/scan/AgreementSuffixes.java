package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.scan.Example.Exchange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Answers that only agree, by the closing words of what was asked.
 *
 * <p>Closing words that get other answers as well are ordinary; the first 4,096 that were answered
 * by an agreement are followed.
 */
final class AgreementSuffixes {
  private static final Set<String> AGREEMENTS =
      Set.of(
          "sure",
          "of course",
          "absolutely",
          "certainly",
          "definitely",
          "sure thing",
          "yes of course",
          "yes sure",
          "yes absolutely",
          "yes certainly",
          "sure absolutely",
          "absolutely yes",
          "of course sure");

  /** Ends of ordinary questions, which agreement answers without any trap. */
  private static final Set<String> COURTESIES =
      Set.of("please", "thanks", "you", "thank you", "me", "it", "this", "that", "now", "today");

  private static final int LONGEST_ANSWER = 40;
  private static final int MAX_SUFFIXES = 4096;
  private static final int WORDS = 3;

  /** Of the rows that end in the words: so large a share gets nothing but agreement. */
  private static final double PURITY = 0.6;

  private final Map<String, Counts> suffixes = new LinkedHashMap<>();
  private long count;

  private static final class Counts {
    private long agreed;
    private long all;
  }

  /** Takes an exchange in; true where the answer only agrees. */
  boolean see(Exchange exchange) {
    boolean agrees = isAgreement(exchange.answer());
    if (agrees) {
      count++;
    }
    if (!agrees && suffixes.isEmpty()) {
      return false;
    }
    for (String suffix : suffixes(exchange.request())) {
      if (agrees && suffixes.size() < MAX_SUFFIXES) {
        suffixes.computeIfAbsent(suffix, _ -> new Counts());
      }
      Counts counts = suffixes.get(suffix);
      if (counts != null) {
        counts.all++;
        counts.agreed += agrees ? 1 : 0;
      }
    }
    return agrees;
  }

  /** Answers that only agree. */
  long count() {
    return count;
  }

  /** The most such answers after the same closing words, where these get hardly any other. */
  long largestTrap() {
    return suffixes.values().stream()
        .filter(counts -> counts.agreed >= PURITY * counts.all)
        .mapToLong(counts -> counts.agreed)
        .max()
        .orElse(0);
  }

  private static boolean isAgreement(String answer) {
    return answer.length() <= LONGEST_ANSWER
        && AGREEMENTS.contains(String.join(" ", words(answer)));
  }

  /** The last word, the last two and the last three. */
  private static List<String> suffixes(String request) {
    List<String> words = words(request.substring(Math.max(0, request.length() - 200)));
    List<String> suffixes = new ArrayList<>();
    for (int length = 1; length <= Math.min(WORDS, words.size()); length++) {
      String suffix = String.join(" ", words.subList(words.size() - length, words.size()));
      if (!COURTESIES.contains(suffix)) {
        suffixes.add(suffix);
      }
    }
    return suffixes;
  }

  private static List<String> words(String text) {
    return List.of(
        text.toLowerCase(java.util.Locale.ROOT)
            .replaceAll("[^\\p{L}\\p{N}]+", " ")
            .strip()
            .split(" ", -1));
  }
}
