package io.tiltmeter.gateway.packfile;

import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.probe.HazardCategory;
import io.tiltmeter.policy.probe.PackHeader;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeKind;
import io.tiltmeter.policy.probe.ProbePack;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What a probe pack holds, counted.
 *
 * @param categories the standard ones first, in their order, then the pack's own in file order;
 *     only those that have probes
 * @param behaviours harmful behaviours, the statistical unit of the gate
 * @param harmful harmful probes
 * @param twins benign twins
 * @param tasks task probes
 */
public record PackSummary(
    PackHeader header,
    Digest digest,
    List<CategoryCount> categories,
    int behaviours,
    int harmful,
    int twins,
    int tasks) {

  public PackSummary {
    categories = List.copyOf(categories);
  }

  /**
   * The counts of one category.
   *
   * @param behaviours harmful behaviours
   * @param harmful harmful probes
   * @param twins benign twins
   */
  public record CategoryCount(String category, int behaviours, int harmful, int twins) {}

  /** Counts this pack. */
  public static PackSummary of(ProbePack pack) {
    return new PackSummary(
        pack.header(),
        pack.digest(),
        names(pack).stream().map(name -> count(pack, name)).toList(),
        behaviours(pack, probe -> true),
        probes(pack, ProbeKind.HARMFUL, probe -> true),
        probes(pack, ProbeKind.BENIGN_TWIN, probe -> true),
        probes(pack, ProbeKind.TASK, probe -> true));
  }

  /** The categories that this pack has probes of, in the order of {@link #categories}. */
  public static Set<String> names(ProbePack pack) {
    Set<String> used = new LinkedHashSet<>();
    for (Probe probe : pack.probes()) {
      Stream.ofNullable(probe.category()).forEach(used::add);
    }
    Set<String> names = new LinkedHashSet<>(HazardCategory.STANDARD);
    names.retainAll(used);
    names.addAll(used);
    return names;
  }

  private static CategoryCount count(ProbePack pack, String name) {
    Predicate<Probe> here = probe -> name.equals(probe.category());
    return new CategoryCount(
        name,
        behaviours(pack, here),
        probes(pack, ProbeKind.HARMFUL, here),
        probes(pack, ProbeKind.BENIGN_TWIN, here));
  }

  private static int behaviours(ProbePack pack, Predicate<Probe> which) {
    return (int)
        pack.ofKind(ProbeKind.HARMFUL).stream()
            .filter(which)
            .map(Probe::behaviour)
            .distinct()
            .count();
  }

  private static int probes(ProbePack pack, ProbeKind kind, Predicate<Probe> which) {
    return (int) pack.ofKind(kind).stream().filter(which).count();
  }
}
