package io.tiltmeter.evaluator.scan.flood;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MinHashTest {
  /** Six of 94 words in a row changed leave 80 of 90 shingles: a Jaccard index of .8. */
  @Test
  void keys_textsOfIndexPointEight_meetWithTheChanceOfTheFormula() {
    assertThat(meeting(6)).isBetween(0.924 - 0.02, 0.924 + 0.02);
  }

  @Test
  void keys_textsOfSmallIndex_hardlyMeet() {
    assertThat(meeting(60)).isLessThan(0.02);
  }

  @Test
  void keys_fewWords_areNone() {
    assertThat(new MinHash().keys(new long[] {1, 2, 3, 4}, 4)).isEmpty();
  }

  private static double meeting(int changed) {
    MinHash minHash = new MinHash();
    Random random = new Random(11);
    int meetings = 0;
    int trials = 3000;
    for (int trial = 0; trial < trials; trial++) {
      long[] words = random.longs(94).toArray();
      long[] others = words.clone();
      for (int i = 20; i < 20 + changed; i++) {
        others[i] = random.nextLong();
      }
      long[] keys = minHash.keys(words, words.length);
      long[] otherKeys = minHash.keys(others, others.length);
      meetings += Arrays.stream(keys).anyMatch(key -> contains(otherKeys, key)) ? 1 : 0;
    }
    return (double) meetings / trials;
  }

  private static boolean contains(long[] keys, long key) {
    return Arrays.stream(keys).anyMatch(one -> one == key);
  }
}
