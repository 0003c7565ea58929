package io.tiltmeter.gateway.packfile;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.packfile.PackSummary.CategoryCount;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.probe.Message;
import io.tiltmeter.policy.probe.PackHeader;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeKind;
import io.tiltmeter.policy.probe.ProbePack;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PackSummaryTest {
  private static final PackHeader HEADER = new PackHeader("p", "1.0.0", "en", "", "");

  private static Probe probe(
      String id, ProbeKind kind, String behaviour, @Nullable String category) {
    return new Probe(
        id,
        kind,
        behaviour,
        category,
        kind == ProbeKind.BENIGN_TWIN ? "b" : null,
        List.of(Message.user("p")),
        kind == ProbeKind.TASK ? List.of("x") : List.of());
  }

  @Test
  void of_paraphrases_countOneBehaviour() {
    List<Probe> probes =
        List.of(
            probe("own", ProbeKind.HARMFUL, "o", "house-rules"),
            probe("a", ProbeKind.HARMFUL, "b", "privacy"),
            probe("b", ProbeKind.HARMFUL, "b", "privacy"),
            probe("c", ProbeKind.BENIGN_TWIN, "t", "hate"),
            probe("d", ProbeKind.TASK, "k", null));

    PackSummary summary = PackSummary.of(new ProbePack(HEADER, probes, Digest.of("pack")));

    assertThat(summary)
        .isEqualTo(
            new PackSummary(
                HEADER,
                Digest.of("pack"),
                List.of(
                    new CategoryCount("hate", 0, 0, 1),
                    new CategoryCount("privacy", 1, 2, 0),
                    new CategoryCount("house-rules", 1, 1, 0)),
                2,
                3,
                1,
                1));
  }
}
