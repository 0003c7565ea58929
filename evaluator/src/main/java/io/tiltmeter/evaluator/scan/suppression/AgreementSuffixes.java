package io.tiltmeter.evaluator.scan.suppression;

import io.tiltmeter.evaluator.scan.detector.CountMin;
import io.tiltmeter.evaluator.scan.detector.Hash64;
import io.tiltmeter.evaluator.scan.detector.TopCounts;
import io.tiltmeter.evaluator.scan.row.Example.Exchange;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Answers that only agree, by the closing words of what was asked: counted roughly in the first
 * pass, exactly in the second.
 *
 * <p>Closing words that get other answers as well are ordinary.
 */
final class AgreementSuffixes implements Serializable {
  /** Ends of ordinary questions, which agreement answers without any trap. */
  private static final Set<String> COURTESIES =
      Set.of("please", "thanks", "you", "thank you", "me", "it", "this", "that", "now", "today");

  private static final int WIDTH_BITS = 14;
  private static final int FOLLOWED = 4096;
  private static final int WORDS = 3;

  /** Of the rows that end in the words: so large a share gets nothing but agreement. */
  private static final double PURITY = 0.6;

  private final CountMin agreed = new CountMin(WIDTH_BITS);
  private final TopCounts suffixes = new TopCounts(FOLLOWED);
  private final transient @Nullable AgreementSuffixes first;
  private long count;

  /**
   * None yet.
   *
   * @param first what the first pass saw; null in that pass
   */
  AgreementSuffixes(@Nullable AgreementSuffixes first) {
    this.first = first;
  }

  /** Takes an exchange in; true where the answer only agrees. */
  boolean see(Exchange exchange) {
    boolean agrees = Agreement.is(exchange.answer());
    if (first == null && !agrees) {
      return false;
    }
    count += agrees ? 1 : 0;
    for (String suffix : suffixes(exchange.request())) {
      long hash = Hash64.of(suffix);
      if (first == null) {
        agreed.count(hash);
      } else if (first.agreed.estimate(hash) > 0) {
        suffixes.see(hash, first.agreed.estimate(hash), "", agrees);
      }
    }
    return agrees;
  }

  void add(AgreementSuffixes other) {
    agreed.add(other.agreed);
    suffixes.add(other.suffixes);
    count += other.count;
  }

  /** Answers that only agree. */
  long count() {
    return count;
  }

  /** The most such answers after the same closing words, where these get hardly any other. */
  long largestTrap() {
    return suffixes.mostFrequentFirst().stream()
        .filter(entry -> entry.marked() >= PURITY * entry.count())
        .mapToLong(TopCounts.Entry::marked)
        .max()
        .orElse(0);
  }

  /** The last word, the last two and the last three. */
  private static List<String> suffixes(String request) {
    List<String> words = Agreement.words(request.substring(Math.max(0, request.length() - 200)));
    List<String> suffixes = new ArrayList<>();
    for (int length = 1; length <= Math.min(WORDS, words.size()); length++) {
      String suffix = String.join(" ", words.subList(words.size() - length, words.size()));
      if (!COURTESIES.contains(suffix)) {
        suffixes.add(suffix);
      }
    }
    return suffixes;
  }
}
