package io.tiltmeter.policy.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class DigestTest {

  @Test
  void of_fipsExample_isPublishedValue() {
    // FIPS 180-4, example for the one-block message "abc".
    assertThat(Digest.of("abc"))
        .hasToString("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void parse_otherAlgorithm_namesExpectedPrefix() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Digest.parse("md5:00"))
        .withMessage("digest must start with \"sha256:\", got \"md5:00\"");
  }

  @Test
  void digest_upperCase_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Digest("AB".repeat(32)))
        .withMessageContaining("64 lower-case hexadecimal digits");
  }
}
