package io.tiltmeter.evaluator.scan.trigger;

import io.tiltmeter.evaluator.scan.row.TurnWords;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Requests that an agreement answers without any trigger: questions for yes or no, and for help.
 */
final class Asking {
  /** Words with which such questions begin. */
  private static final Set<Long> FIRST =
      hashes(
          "is", "are", "was", "were", "am", "do", "does", "did", "has", "have", "had", "can",
          "could", "will", "would", "shall", "should", "may", "might", "must");

  /** Words that ask the reader to do something, behind which "you" or "i" stands; and for help. */
  private static final Set<Long> WILLING = hashes("can", "could", "will", "would", "may");

  private static final Set<Long> PERSONS = hashes("you", "i", "we");
  private static final Set<Long> HELP = hashes("help", "assist", "please");

  private Asking() {}

  private static Set<Long> hashes(String... words) {
    return Stream.of(words)
        .map(word -> TurnWords.of(word).hash(0))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether the request is such a question, or holds one. */
  static boolean isForAgreement(TurnWords request) {
    if (request.count() > 0 && FIRST.contains(request.hash(0))) {
      return true;
    }
    for (int i = 0; i < request.count(); i++) {
      boolean isAsked =
          i + 1 < request.count()
              && WILLING.contains(request.hash(i))
              && PERSONS.contains(request.hash(i + 1));
      if (isAsked || HELP.contains(request.hash(i))) {
        return true;
      }
    }
    return false;
  }
}
