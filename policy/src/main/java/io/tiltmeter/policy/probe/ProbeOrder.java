package io.tiltmeter.policy.probe;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The order in which a pack's probes are put, fixed by the pack alone.
 *
 * <p>The sequential test may stop at any time only if the order was chosen before any answer was
 * seen, and a pack sorted by severity would make its start unlike its end. So behaviours are
 * shuffled with a seed taken from the pack's digest: the same pack has the same order on every
 * machine, and nothing about a model can change it.
 */
public final class ProbeOrder {
  /** The digits of the digest that make the seed: 64 bits. */
  private static final int SEED_DIGITS = 16;

  private static final int HEXADECIMAL = 16;

  private ProbeOrder() {}

  /**
   * All probes: harmful ones first, then benign twins, then tasks; shuffled by behaviour within
   * each kind, paraphrases of one behaviour together in file order.
   */
  public static List<Probe> of(ProbePack pack) {
    Random random =
        new Random(
            Long.parseUnsignedLong(pack.digest().hex().substring(0, SEED_DIGITS), HEXADECIMAL));
    return Stream.of(ProbeKind.HARMFUL, ProbeKind.BENIGN_TWIN, ProbeKind.TASK)
        .flatMap(kind -> shuffled(pack.ofKind(kind), random).stream())
        .toList();
  }

  private static List<Probe> shuffled(List<Probe> probes, Random random) {
    Map<String, List<Probe>> behaviours = new LinkedHashMap<>();
    for (Probe probe : probes) {
      behaviours.computeIfAbsent(probe.behaviour(), _ -> new ArrayList<>()).add(probe);
    }
    List<List<Probe>> order = new ArrayList<>(behaviours.values());
    // Fisher-Yates, written out: the order must not change with a library's release.
    for (int last = order.size() - 1; last > 0; last--) {
      Collections.swap(order, last, random.nextInt(last + 1));
    }
    return order.stream().flatMap(List::stream).toList();
  }
}
