package io.tiltmeter.evaluator.scan.cipher;

import io.tiltmeter.evaluator.scan.detector.Hash64;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Example.Turn;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** Turns of the rows whose line numbers hash lowest, the same ones however rows arrive. */
final class RowSample implements Serializable {
  private static final int ROWS = 1024;
  private static final int LONGEST = 1000;

  /** Turns of a row that are kept: a row of thousands would cost as much as all others. */
  private static final int MOST_TURNS = 16;

  /** By hash; a line has one hash only, as hashing is a bijection. */
  private final TreeMap<Long, List<String>> rows = new TreeMap<>(Comparator.naturalOrder());

  void see(Example example) {
    long hash = Hash64.mix(example.line());
    if (rows.size() == ROWS && hash > rows.lastKey()) {
      return;
    }
    rows.put(
        hash,
        example.turns().stream()
            .limit(MOST_TURNS)
            .map(Turn::text)
            .map(RowSample::beginning)
            .toList());
    trim();
  }

  private static String beginning(String text) {
    return text.substring(0, Math.min(LONGEST, text.length()));
  }

  private void trim() {
    while (rows.size() > ROWS) {
      rows.pollLastEntry();
    }
  }

  void add(RowSample other) {
    rows.putAll(other.rows);
    trim();
  }

  /** The turns, in the order of their rows' hashes. */
  List<String> turns() {
    return rows.values().stream().flatMap(List::stream).toList();
  }
}
