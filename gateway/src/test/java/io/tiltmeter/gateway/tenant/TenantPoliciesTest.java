package io.tiltmeter.gateway.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.tenant.PolicyProposal.Target;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.lineage.Digest;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TenantPoliciesTest {
  private static Bench bench;

  @BeforeAll
  static void open() {
    bench = Bench.open();
  }

  @AfterAll
  static void close() {
    bench.close();
  }

  @BeforeEach
  void standard() {
    bench.policies.setTier(bench.database, "acme", "standard");
  }

  private static Digest digestOn(String base) {
    return bench.policies.digestFor(bench.database, bench.tenant.tenantId(), base);
  }

  /** Read anew, as after a restart. */
  private static Policy byDigest(Digest digest) {
    return PolicyLibrary.of(bench.clock, bench.policies.categories())
        .byDigest(bench.database, digest);
  }

  @Test
  void digestFor_aPolicyWithoutProfiles_isTheFiles() {
    bench.policy("gate: {margin: 0.07}\n");

    assertThat(digestOn("any"))
        .isEqualTo(Bench.policyText("name: test\nversion: 1\ngate: {margin: 0.07}\n").digest());
  }

  @Test
  void digestFor_aProfileThatFits_isOfWhatHoldsThereAndIsFoundAgain() {
    bench.policy(
        """
        gate: {margin: 0.07}
        profiles:
        - {name: gold, tiers: [gold], gate: {margin: 0.02}, scan: {block: [], review: []}}
        - {name: llama, base_models: ["llama-*"], gate: {margin: 0.03}}
        """);
    Digest rest = digestOn("qwen");
    Digest llama = digestOn("llama-1");
    assertThat(bench.policies.setTier(bench.database, "acme", "gold")).isTrue();
    Digest gold = digestOn("llama-1");

    assertThat(byDigest(rest).gate().margin()).isEqualTo(0.07);
    assertThat(byDigest(llama).gate().margin()).isEqualTo(0.03);
    assertThat(byDigest(gold).gate().margin()).isEqualTo(0.02);
    assertThat(byDigest(gold).name()).isEqualTo("test/gold");
    assertThat(byDigest(rest).profiles()).isEmpty();
  }

  @Test
  void inForce_afterAStartWithAnotherFile_staysWhatItWas() {
    Target installation = new Target.OfInstallation();
    Digest first = bench.policies.inForce(bench.database, installation);
    TenantPolicies restarted =
        new TenantPolicies(bench.clock, Bench.policyText("name: other\n"), Set.of());

    assertThat(restarted.inForce(bench.database, installation)).isEqualTo(first);
    assertThat(restarted.kept(bench.database, first).text()).isEqualTo("name: test\nversion: 1\n");
  }

  @Test
  void setTier_ofNobody_changesNothing() {
    assertThat(bench.policies.setTier(bench.database, "nobody", "gold")).isFalse();
  }

  @Test
  void byDigest_ofAPolicyThatWasNeverKept_isRefused() {
    Digest unknown = Digest.of("unknown");
    assertThatThrownBy(() -> byDigest(unknown)).hasMessage("no policy has digest " + unknown);
  }
}
