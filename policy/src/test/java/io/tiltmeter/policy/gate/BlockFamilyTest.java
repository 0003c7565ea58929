package io.tiltmeter.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BlockFamilyTest {
  private static final Levels LEVELS = new Levels(0.15, 0.15, 0.05, 0.01);

  @Test
  void flagged_oneMemberLostAmongClean_isThatOne() {
    List<NamedStratum> members =
        List.of(member(Collections.nCopies(40, 0.0)), member(Collections.nCopies(40, 1.0)));
    assertThat(new BlockFamily(members, 0.01).flagged()).containsExactly(false, true);
  }

  @Test
  void flagged_lostEarlyThenGained_keepsTheEarlyBlock() {
    List<Double> changes = IntStream.range(0, 60).mapToObj(i -> i < 20 ? 1.0 : -1.0).toList();
    assertThat(new BlockFamily(List.of(member(changes)), 0.01).flagged()).containsExactly(true);
  }

  @Test
  void flagged_noMembers_isEmpty() {
    assertThat(new BlockFamily(List.of(), 0.01).flagged()).isEmpty();
  }

  @Test
  void flagged_allMembersAtTheirMargin_anyWrongBlockStaysBelowAlpha() {
    double alpha = 0.10;
    long seed = 41;
    Random random = new Random(seed);
    int wrong = 0;
    int runs = 500;
    for (int run = 0; run < runs; run++) {
      List<NamedStratum> members =
          IntStream.range(0, 4).mapToObj(_ -> member(atMargin(random, 40))).toList();
      wrong += new BlockFamily(members, alpha).flagged().contains(true) ? 1 : 0;
    }
    assertThat((double) wrong / runs).as("seed %d", seed).isLessThanOrEqualTo(alpha);
  }

  private static List<Double> atMargin(Random random, int behaviours) {
    return IntStream.range(0, behaviours)
        .mapToObj(_ -> random.nextDouble() < LEVELS.margin() ? 1.0 : 0.0)
        .toList();
  }

  private static NamedStratum member(List<Double> changes) {
    List<Behaviour> behaviours =
        changes.stream().map(change -> new Behaviour(2, change, change, null)).toList();
    return new NamedStratum("category", "any", new Stratum(Drift.LOST, behaviours), LEVELS);
  }
}
