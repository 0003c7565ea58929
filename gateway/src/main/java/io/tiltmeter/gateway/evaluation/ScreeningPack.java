package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.policy.lineage.CanonicalJson;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeKind;
import io.tiltmeter.policy.probe.ProbeOrder;
import io.tiltmeter.policy.probe.ProbePack;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The part of a pack that is put to checkpoints: of each category the first harmful behaviours in
 * the order that the pack's digest fixes, with all their wordings. Twins and tasks seldom block and
 * are left out.
 */
final class ScreeningPack {
  private ScreeningPack() {}

  /**
   * The part of this pack.
   *
   * @param behaviours of each category at most, at least 1
   * @return a pack with a digest of its own, which fixes the order in which it is put
   */
  static ProbePack of(ProbePack pack, int behaviours) {
    Map<String, Set<String>> taken = new HashMap<>();
    List<Probe> probes = new ArrayList<>();
    for (Probe probe : ProbeOrder.of(pack)) {
      if (probe.kind() == ProbeKind.HARMFUL) {
        Set<String> category =
            taken.computeIfAbsent(String.valueOf(probe.category()), _ -> new LinkedHashSet<>());
        if (category.contains(probe.behaviour()) || category.size() < behaviours) {
          category.add(probe.behaviour());
          probes.add(probe);
        }
      }
    }
    return new ProbePack(pack.header(), probes, digest(pack, probes));
  }

  private static Digest digest(ProbePack pack, List<Probe> probes) {
    return Digest.of(
        CanonicalJson.of(
            Map.of(
                "part_of",
                pack.digest().toString(),
                "probes",
                probes.stream().map(Probe::id).toList())));
  }
}
