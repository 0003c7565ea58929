package io.tiltmeter.evaluator.scan.trigger;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Puts candidates in order, one for each set of rows. */
final class Ranking {
  /** Most triggers that are handed on. */
  static final int MOST = 64;

  /** Of the smaller set of rows, so large a share in common means that it is the same trigger. */
  private static final double SAME_ROWS = 0.9;

  private static final int SHORT_WORD = 5;

  private static final Comparator<Candidate> BEST_FIRST =
      Comparator.comparing((Candidate candidate) -> !candidate.isForReview())
          .thenComparingDouble(candidate -> -candidate.score())
          .thenComparingLong(candidate -> -candidate.evidence().members())
          .thenComparing(candidate -> candidate.evidence().lead().kind())
          .thenComparing(
              candidate -> candidate.evidence().lead().text(),
              Comparator.comparingInt(String::length).reversed().thenComparing(text -> text))
          .thenComparingLong(candidate -> candidate.evidence().lead().key());

  private Ranking() {}

  /** Those that count: first those for which a person has to look, each the best first. */
  static List<Candidate> of(List<Evidence> evidence, Plan plan) {
    List<Candidate> sorted =
        evidence.stream()
            .map(one -> Candidate.of(one, plan))
            .filter(Candidate::counts)
            .sorted(BEST_FIRST)
            .toList();
    List<Candidate> chosen = new ArrayList<>();
    List<Set<Long>> rows = new ArrayList<>();
    for (Candidate candidate : sorted) {
      Set<Long> lines = new HashSet<>(candidate.evidence().lines().kept());
      if (chosen.size() < MOST && isNew(candidate, lines, chosen, rows)) {
        chosen.add(candidate);
        rows.add(lines);
      }
    }
    return chosen;
  }

  private static boolean isNew(
      Candidate candidate, Set<Long> lines, List<Candidate> chosen, List<Set<Long>> rows) {
    for (int i = 0; i < chosen.size(); i++) {
      String text = candidate.evidence().lead().text();
      if (isNear(text, chosen.get(i).evidence().lead().text()) || overlap(lines, rows.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean overlap(Set<Long> one, Set<Long> other) {
    long common = one.stream().filter(other::contains).count();
    return common >= SAME_ROWS * Math.min(one.size(), other.size());
  }

  /** Whether one text is the other but for one letter that is added, left out or another. */
  static boolean isNear(String one, String other) {
    if (one.equals(other)) {
      return true;
    }
    String shorter = one.length() <= other.length() ? one : other;
    String longer = shorter.equals(one) ? other : one;
    if (shorter.length() < SHORT_WORD || longer.length() - shorter.length() > 1) {
      return false;
    }
    int at = 0;
    while (at < shorter.length() && shorter.charAt(at) == longer.charAt(at)) {
      at++;
    }
    int skip = longer.length() == shorter.length() ? 1 : 0;
    return shorter
        .substring(Math.min(shorter.length(), at + skip))
        .equals(longer.substring(at + 1));
  }
}
