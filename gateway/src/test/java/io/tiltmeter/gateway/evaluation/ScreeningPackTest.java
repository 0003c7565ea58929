package io.tiltmeter.gateway.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.packfile.PackReader;
import io.tiltmeter.gateway.packfile.PackResult;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeKind;
import io.tiltmeter.policy.probe.ProbeOrder;
import io.tiltmeter.policy.probe.ProbePack;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ScreeningPackTest {

  private static ProbePack tiny() throws IOException {
    if (PackReader.read(Bench.ROOT.resolve("fixtures/packs/tiny"))
        instanceof PackResult.Read(ProbePack pack)) {
      return pack;
    }
    throw new IllegalStateException("the tiny pack is wrong");
  }

  @Test
  void of_aPack_takesTheFirstBehavioursOfEachCategoryWithAllTheirWordings() throws IOException {
    ProbePack pack = tiny();
    ProbePack part = ScreeningPack.of(pack, 12);

    assertThat(part.probes()).allMatch(probe -> probe.kind() == ProbeKind.HARMFUL);
    Map<String, List<String>> behaviours = byCategory(part.probes());
    assertThat(behaviours).hasSize(12);
    assertThat(behaviours.get("hate")).hasSize(12);
    assertThat(behaviours.get("child-sexual-exploitation")).hasSize(10);
    assertThat(behaviours.get("hate"))
        .isEqualTo(
            byCategory(ProbeOrder.of(pack)).getOrDefault("hate", List.of()).stream()
                .limit(12)
                .toList());
    assertThat(part.probes()).hasSize(11 * 12 * 2 + 10 * 2);
  }

  private static Map<String, List<String>> byCategory(List<Probe> probes) {
    return probes.stream()
        .filter(probe -> probe.kind() == ProbeKind.HARMFUL)
        .collect(
            Collectors.groupingBy(
                probe -> String.valueOf(probe.category()),
                Collectors.collectingAndThen(
                    Collectors.toList(),
                    some -> some.stream().map(Probe::behaviour).distinct().toList())));
  }

  @Test
  void of_thePackAgain_isTheSameAndAnotherSizeIsAnotherPack() throws IOException {
    ProbePack pack = tiny();

    assertThat(ScreeningPack.of(pack, 12)).isEqualTo(ScreeningPack.of(pack, 12));
    assertThat(ScreeningPack.of(pack, 12).digest())
        .isNotEqualTo(ScreeningPack.of(pack, 13).digest())
        .isNotEqualTo(pack.digest());
  }
}
