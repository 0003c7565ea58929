package io.tiltmeter.evaluator.vet;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is found, so that a maker of artifacts sees everything at once. */
final class Findings {
  /** The place of a finding that concerns the folder as a whole. */
  static final String FOLDER = ".";

  private static final int SHOWN = 100;

  private final List<VettingFinding> found = new ArrayList<>();

  void add(VettingRule rule, String path, String message) {
    found.add(new VettingFinding(rule, printable(path), message));
  }

  void add(VettingFinding finding) {
    found.add(finding);
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  boolean contains(VettingRule... rules) {
    return found.stream().anyMatch(finding -> List.of(rules).contains(finding.rule()));
  }

  /** Sorted by path, then in the order of the rules. */
  List<VettingFinding> sorted() {
    return found.stream()
        .sorted(Comparator.comparing(VettingFinding::path).thenComparing(VettingFinding::rule))
        .toList();
  }

  /** A name that cannot break a line or a terminal. */
  static String printable(String name) {
    String shown = name.replaceAll("\\p{C}", "?");
    return shown.length() <= SHOWN ? shown : shown.substring(0, SHOWN) + "…";
  }
}
