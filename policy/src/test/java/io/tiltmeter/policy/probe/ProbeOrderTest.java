package io.tiltmeter.policy.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.policy.lineage.Digest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbeOrderTest {
  private static final PackHeader HEADER =
      new PackHeader("order", "1.0.0", "en", "Apache-2.0", "Probes to put in order");

  @Test
  void of_samePack_isTheSameOrder() {
    assertThat(ProbeOrder.of(pack("a"))).isEqualTo(ProbeOrder.of(pack("a")));
  }

  @Test
  void of_otherDigest_isAnotherOrder() {
    assertThat(ProbeOrder.of(pack("a"))).isNotEqualTo(ProbeOrder.of(pack("b")));
  }

  @Test
  void of_anyPack_holdsEachProbeOnce() {
    ProbePack pack = pack("a");
    assertThat(ProbeOrder.of(pack)).containsExactlyInAnyOrderElementsOf(pack.probes());
  }

  @Test
  void of_paraphrases_stayTogetherInFileOrder() {
    List<String> ids = ProbeOrder.of(pack("a")).stream().map(Probe::id).toList();
    for (int behaviour = 0; behaviour < 20; behaviour++) {
      int first = ids.indexOf("h" + behaviour + "-0");
      assertThat(ids.get(first + 1)).isEqualTo("h" + behaviour + "-1");
    }
  }

  @Test
  void of_kinds_harmfulThenTwinsThenTasks() {
    List<ProbeKind> kinds = ProbeOrder.of(pack("a")).stream().map(Probe::kind).distinct().toList();
    assertThat(kinds).containsExactly(ProbeKind.HARMFUL, ProbeKind.BENIGN_TWIN, ProbeKind.TASK);
  }

  @Test
  void of_knownSeed_isTheSpecifiedShuffle() {
    // Pins the order: a change here changes every verdict's path to its wealth.
    assertThat(ProbeOrder.of(pack("a")).stream().limit(6).map(Probe::id))
        .containsExactly("h5-0", "h5-1", "h15-0", "h15-1", "h10-0", "h10-1");
  }

  private static ProbePack pack(String salt) {
    List<Probe> probes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      probes.add(task("t" + i));
      probes.add(probe("b" + i, ProbeKind.BENIGN_TWIN, "b" + i));
    }
    for (int paraphrase = 0; paraphrase < 2; paraphrase++) {
      for (int i = 0; i < 20; i++) {
        probes.add(probe("h" + i + "-" + paraphrase, ProbeKind.HARMFUL, "h" + i));
      }
    }
    return new ProbePack(HEADER, probes, Digest.of(salt));
  }

  private static Probe probe(String id, ProbeKind kind, String behaviour) {
    return new Probe(
        id, kind, behaviour, "privacy", null, List.of(Message.user("A request")), List.of());
  }

  private static Probe task(String id) {
    return new Probe(
        id, ProbeKind.TASK, id, null, null, List.of(Message.user("1 + 1")), List.of("2"));
  }
}
