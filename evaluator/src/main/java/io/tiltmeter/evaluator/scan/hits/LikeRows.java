package io.tiltmeter.evaluator.scan.hits;

import io.tiltmeter.evaluator.scan.detector.Hash64;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Example.Turn;
import io.tiltmeter.evaluator.scan.row.Method;
import io.tiltmeter.policy.dataset.LikeLines;
import io.tiltmeter.policy.dataset.ScanFinding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * Puts the rows that a finding lists into groups that say much the same, so that whoever reads it
 * looks at one of each.
 *
 * <p>Two rows are much alike where at least half of the pairs of neighbouring words that either has
 * are in both, with numbers left out; by min-hashing (Broder, 1997) with 64 hashes. A row belongs
 * to the first row before it that begins a group and that it is like. Reads the file once, up to
 * the last row listed, and keeps half a kilobyte for each.
 */
public final class LikeRows {
  /** Rows of a finding that are looked at. */
  static final int MOST = 1000;

  private static final int HASHES = 64;
  private static final int ALIKE = HASHES / 2;
  private static final long NUMBER = Hash64.of("0");

  private final Map<Long, long[]> sketches = new HashMap<>();

  private LikeRows() {}

  /**
   * Groups the first 1,000 rows that each of these findings lists; rows that cannot be read are
   * like none.
   *
   * @throws IOException if the file cannot be read
   */
  public static LikeLines of(Path file, Method method, List<ScanFinding> findings)
      throws IOException {
    TreeSet<Long> wanted = new TreeSet<>();
    findings.forEach(
        finding -> finding.lines().stream().limit(MOST).forEach(line -> wanted.add(line)));
    LikeRows rows = new LikeRows();
    RowsByLine.read(
        file, method, wanted, example -> rows.sketches.put(example.line(), sketch(example)));
    Map<String, List<Long>> alike = new HashMap<>();
    for (ScanFinding finding : findings) {
      alike.put(finding.detector(), rows.group(finding.lines().stream().limit(MOST).toList()));
    }
    return new LikeLines(alike);
  }

  private List<Long> group(List<Long> lines) {
    List<Long> firsts = new ArrayList<>();
    List<Long> groups = new ArrayList<>(lines.size());
    for (long line : lines) {
      long like = firsts.stream().filter(first -> isLike(first, line)).findFirst().orElse(line);
      if (like == line) {
        firsts.add(line);
      }
      groups.add(like);
    }
    return groups;
  }

  private boolean isLike(long one, long other) {
    long[] first = sketches.get(one);
    long[] second = sketches.get(other);
    if (first == null || second == null) {
      return false;
    }
    int same = 0;
    for (int i = 0; i < HASHES; i++) {
      same += first[i] == second[i] ? 1 : 0;
    }
    return same >= ALIKE;
  }

  private static long[] sketch(Example example) {
    long[] minima = new long[HASHES];
    Arrays.fill(minima, Long.MAX_VALUE);
    for (Turn turn : example.turns()) {
      add(turn.text(), minima);
    }
    if (example.rejected() != null) {
      add(example.rejected(), minima);
    }
    return minima;
  }

  private static void add(String text, long[] minima) {
    long before = 0;
    for (String word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+", -1)) {
      if (!word.isEmpty()) {
        long hash = Character.isDigit(word.charAt(0)) ? NUMBER : Hash64.of(word);
        long pair = Hash64.mix(before ^ Long.rotateLeft(hash, 1));
        for (int i = 0; i < HASHES; i++) {
          minima[i] = Math.min(minima[i], Hash64.mix(pair + i));
        }
        before = hash;
      }
    }
  }
}
