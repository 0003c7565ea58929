package io.tiltmeter.policy.gate;

import static io.tiltmeter.policy.gate.Verdict.Decision.BLOCK;
import static io.tiltmeter.policy.gate.Verdict.Decision.INCONCLUSIVE;
import static io.tiltmeter.policy.gate.Verdict.Decision.PASS;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.policy.gate.Verdict.Decision;
import java.util.List;
import org.junit.jupiter.api.Test;

class EdgeTest {
  private static final Evidence NOTHING =
      Gate.decide(Policy.DEFAULT, new Observations(List.of(), List.of(), List.of()), Run.JUDGE)
          .evidence();

  private static Verdict verdict(Decision decision, String rule) {
    return new Verdict(decision, rule, NOTHING);
  }

  private static void assertDecided(Decision root, Decision edge, Decision expected, String rule) {
    assertThat(Edge.stricter(verdict(root, "gate"), verdict(edge, "category:hate")))
        .isEqualTo(new Verdict(expected, rule, NOTHING));
  }

  @Test
  void stricter_whereTheEdgeIs_namesTheEdge() {
    assertDecided(PASS, INCONCLUSIVE, INCONCLUSIVE, "edge:category:hate");
    assertDecided(PASS, BLOCK, BLOCK, "edge:category:hate");
    assertDecided(INCONCLUSIVE, BLOCK, BLOCK, "edge:category:hate");
  }

  @Test
  void stricter_whereTheEdgeIsNot_isTheRoots() {
    assertDecided(PASS, PASS, PASS, "gate");
    assertDecided(INCONCLUSIVE, PASS, INCONCLUSIVE, "gate");
    assertDecided(INCONCLUSIVE, INCONCLUSIVE, INCONCLUSIVE, "gate");
    assertDecided(BLOCK, INCONCLUSIVE, BLOCK, "gate");
    assertDecided(BLOCK, BLOCK, BLOCK, "gate");
  }

  @Test
  void policy_ofTheEdge_asksNothingASecondTime() {
    Policy policy = Edge.policy(Policy.DEFAULT);

    assertThat(policy.categories().of("indiscriminate-weapons").zeroTolerance()).isFalse();
    assertThat(policy.categories().of("child-sexual-exploitation").require())
        .isEqualTo(Policy.Require.NO_BLOCK);
    assertThat(policy.judge().escalate()).isFalse();
    assertThat(policy.gate()).isEqualTo(Policy.DEFAULT.gate());
  }
}
