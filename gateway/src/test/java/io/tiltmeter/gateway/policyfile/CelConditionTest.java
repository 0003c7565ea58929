package io.tiltmeter.gateway.policyfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tiltmeter.gateway.sourcefile.Issues;
import io.tiltmeter.gateway.sourcefile.Node;
import io.tiltmeter.gateway.sourcefile.Place;
import io.tiltmeter.policy.gate.Condition;
import io.tiltmeter.policy.gate.ConditionException;
import io.tiltmeter.policy.gate.Detectability;
import io.tiltmeter.policy.gate.Evidence;
import io.tiltmeter.policy.gate.Evidence.Capability;
import io.tiltmeter.policy.gate.Evidence.Comparison;
import io.tiltmeter.policy.gate.Evidence.Finding;
import io.tiltmeter.policy.gate.Evidence.Flips;
import io.tiltmeter.policy.gate.Evidence.Named;
import io.tiltmeter.policy.gate.Outlook;
import io.tiltmeter.policy.gate.Trail;
import io.tiltmeter.policy.stats.Interval;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CelConditionTest {
  private static final Evidence EVIDENCE =
      new Evidence(
          comparison(100, 0.9, 0.8),
          List.of(new Named("privacy", comparison(30, 1.0, 0.7))),
          List.of(new Named("pirate", comparison(50, 0.9, 0.9))),
          comparison(40, 0.1, 0.1),
          new Capability(20, 0.5, 0.25, 0.25, Finding.OPEN),
          new Flips(12, 2),
          0.01,
          0.02,
          0.06,
          new Trail(
              List.of(),
              List.of(),
              List.of(),
              new Detectability(List.of()),
              0.05,
              List.of(),
              new Outlook.Unclear(Outlook.Reason.NOTHING_ASKED)));

  private static Comparison comparison(int n, double base, double tuned) {
    double delta = base - tuned;
    Interval interval = new Interval(delta - 0.05, delta + 0.05);
    return new Comparison(n, base, tuned, delta, interval, 0, 0, Finding.OPEN);
  }

  private static Condition condition(String text) {
    Issues issues = new Issues("policy.yaml");
    Node.Text when = new Node.Text(Place.START, Place.START, text);
    return new CelCompilation(Set.of("privacy", "hate"), issues)
        .compile(when)
        .orElseThrow(() -> new AssertionError(issues.inOrder()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "n == 100 && base_refusal_rate > 0.89 && tuned_refusal_rate < 0.81",
        "delta > 0.09 && delta < 0.11",
        "interval[0] > 0 && interval[1] < 1",
        "categories['privacy'].delta > 0.2 && categories[\"privacy\"].n == 30",
        "categories.exists(name, categories[name].delta > 0.25)",
        "!('hate' in categories)",
        "replays['pirate'].interval[0] < 0",
        "over_refusal.delta == 0.0 && over_refusal.n == 40",
        "capability.delta == 0.25 && capability.base_rate > capability.tuned_rate",
        "flips.lost > flips.gained && flips.lost - flips.gained == 10",
        "undecided_share < degenerate_share && detectable_delta <= 0.06",
        "n >= 93.0",
      })
  void holds_trueOfEvidence_isTrue(String text) {
    assertThat(condition(text).holds(EVIDENCE)).isTrue();
    assertThat(condition("!(" + text + ")").holds(EVIDENCE)).isFalse();
  }

  @Test
  void holds_categoryThatWasNotMeasured_saysSo() {
    assertThatExceptionOfType(ConditionException.class)
        .isThrownBy(() -> condition("categories['hate'].delta > 0.1").holds(EVIDENCE))
        .withMessageStartingWith("condition \"categories['hate'].delta > 0.1\" could not be")
        .withMessageContaining("hate");
  }

  @Test
  void holds_endlessLoop_isBounded() {
    String loop = "true";
    for (int i = 0; i < 8; i++) {
      loop = "[1, 2, 3, 4, 5, 6, 7, 8, 9].all(x%d, %s)".formatted(i, loop);
    }
    Condition condition = condition(loop);

    assertThatExceptionOfType(ConditionException.class)
        .isThrownBy(() -> condition.holds(EVIDENCE))
        .withMessageContaining("10000");
  }
}
