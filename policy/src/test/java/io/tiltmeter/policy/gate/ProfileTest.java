package io.tiltmeter.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProfileTest {
  private static final JobTraits JOB = new JobTraits("acme", "gold", "llama-3.2-1b");

  private static boolean isFor(List<String> tiers, List<String> tenants, List<String> bases) {
    return new Profile("some", tiers, tenants, bases, Policy.DEFAULT).isFor(JOB);
  }

  @Test
  void isFor_aTierOrATenant_isEither() {
    assertThat(isFor(List.of("gold"), List.of(), List.of())).isTrue();
    assertThat(isFor(List.of("silver"), List.of("acme"), List.of())).isTrue();
    assertThat(isFor(List.of("silver"), List.of("other"), List.of())).isFalse();
  }

  @Test
  void isFor_aBaseToo_isBoth() {
    assertThat(isFor(List.of(), List.of(), List.of("llama-*"))).isTrue();
    assertThat(isFor(List.of("gold"), List.of(), List.of("qwen*", "*-1b"))).isTrue();
    assertThat(isFor(List.of("gold"), List.of(), List.of("qwen*"))).isFalse();
    assertThat(isFor(List.of("silver"), List.of(), List.of("llama-*"))).isFalse();
  }

  @Test
  void isFor_aNameWithOtherSigns_isTakenByTheLetter() {
    assertThat(isFor(List.of(), List.of(), List.of("llama-3x2-1b"))).isFalse();
    assertThat(isFor(List.of(), List.of(), List.of("llama-3.2-1b"))).isTrue();
    assertThat(isFor(List.of(), List.of(), List.of("llama-3.2"))).isFalse();
  }

  @Test
  void new_withinAProfile_isRefused() {
    Profile one = new Profile("one", List.of("gold"), List.of(), List.of(), Policy.DEFAULT);
    Policy nested = Policy.DEFAULT.withProfiles(List.of(one));

    assertThat(nested.effectiveFor(JOB)).isEqualTo(Policy.DEFAULT);
    assertThat(nested.effectiveFor(new JobTraits("b", "silver", "x")).profiles()).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Profile("two", List.of(), List.of(), List.of(), nested))
        .withMessage("the policy of profile two has profiles");
  }
}
