package io.tiltmeter.gateway.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.evaluator.onnx.Execution;
import io.tiltmeter.evaluator.onnx.Provider;
import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.config.GatewayConfig;
import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PacksTest {
  private static final Path TINY = Bench.ROOT.resolve("fixtures/packs/tiny");
  private static final Path CORE = Bench.ROOT.resolve("fixtures/packs/core-en");
  private static final Digest KNOWN = Digest.of("known");
  private static final Digest OTHER = Digest.of("other");
  private static final Packs PACKS =
      Packs.read(config(CORE, Map.of("named", TINY, KNOWN.toString(), TINY)));

  private static GatewayConfig.Evaluation config(Path general, Map<String, Path> packs) {
    return new GatewayConfig.Evaluation(
        general,
        packs,
        32,
        new Execution(Provider.AUTO, 1),
        1 << 20,
        3,
        Duration.ofHours(1),
        GatewayConfig.Checkpoints.DEFAULT);
  }

  private static String name(String base, Digest manifest) {
    return PACKS.of(base, manifest).header().name();
  }

  @Test
  void of_aBase_goesByItsNameThenItsDigestThenTheDefault() {
    assertThat(name("named", OTHER)).isEqualTo("tiny");
    assertThat(name("any", KNOWN)).isEqualTo("tiny");
    assertThat(name("any", OTHER)).isEqualTo("core-en");
  }

  @Test
  void of_aBaseNamedOtherwiseThanItsDigest_goesByItsName() {
    Packs packs = Packs.read(config(TINY, Map.of("named", CORE, KNOWN.toString(), TINY)));
    assertThat(packs.of("named", KNOWN).header().name()).isEqualTo("core-en");
  }

  @Test
  void withDigest_ofAConfiguredPack_findsIt() {
    Digest digest = PACKS.of("named", OTHER).digest();
    assertThat(PACKS.withDigest(digest).digest()).isEqualTo(digest);
  }

  @Test
  void withDigest_ofAnotherPack_saysWhatIsMissing() {
    assertThatThrownBy(() -> PACKS.withDigest(OTHER))
        .hasMessage("the evaluation began with the pack %s, which is no longer configured", OTHER);
  }

  @Test
  void categories_areThoseOfEveryPack() {
    assertThat(PACKS.categories()).contains("violent-crimes").hasSizeGreaterThan(5);
  }

  @Test
  void read_ofABrokenPack_namesEachProblem(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("pack.yaml"), "schema: tiltmeter.pack/v1\nnam: x\n");
    assertThatThrownBy(() -> Packs.read(config(folder, Map.of())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("a probe pack cannot be used:\n")
        .hasMessageContaining("unknown key \"nam\"");
  }
}
