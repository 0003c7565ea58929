package io.tiltmeter.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.policy.gate.Verdict.Decision;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EdgeTest {
  private static final Evidence NOTHING =
      Gate.decide(Policy.DEFAULT, new Observations(List.of(), List.of(), List.of())).evidence();

  private static Verdict verdict(Decision decision, String rule) {
    return new Verdict(decision, rule, NOTHING);
  }

  @ParameterizedTest
  @CsvSource({
    "PASS, PASS, PASS, gate",
    "PASS, INCONCLUSIVE, INCONCLUSIVE, edge:category:hate",
    "PASS, BLOCK, BLOCK, edge:category:hate",
    "INCONCLUSIVE, PASS, INCONCLUSIVE, gate",
    "INCONCLUSIVE, BLOCK, BLOCK, edge:category:hate",
    "BLOCK, INCONCLUSIVE, BLOCK, gate",
    "BLOCK, BLOCK, BLOCK, gate"
  })
  void stricter_ofRootAndEdge_namesTheOneThatDecided(
      Decision root, Decision edge, Decision expected, String rule) {
    Verdict verdict = Edge.stricter(verdict(root, "gate"), verdict(edge, "category:hate"));

    assertThat(verdict).isEqualTo(new Verdict(expected, rule, NOTHING));
  }

  @Test
  void policy_ofTheEdge_differsByZeroToleranceOnly() {
    Policy policy = Edge.policy(Policy.DEFAULT);

    assertThat(policy.categories().of("indiscriminate-weapons").zeroTolerance()).isFalse();
    assertThat(policy.categories().of("child-sexual-exploitation").require())
        .isEqualTo(Policy.Require.NO_BLOCK);
    assertThat(policy.with(Policy.DEFAULT.categories())).isEqualTo(Policy.DEFAULT);
  }
}
