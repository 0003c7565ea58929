package io.tiltmeter.evaluator.scan.contamination;

import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeKind;
import io.tiltmeter.policy.probe.ProbePack;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The probes of packs by hash: what each asks last, in words, and every three words of it. Tasks
 * are left out, since anybody asks what they ask. Thread-safe.
 */
public final class PackPrints {
  /** No packs. */
  public static final PackPrints NONE = of(List.of());

  /** Probes with fewer runs of words are known by all of their words only. */
  private static final int FEWEST_RUNS = 4;

  private final List<Digest> packs;
  private final int[] packOf;
  private final int[] runsOf;
  private final HashIndex whole;
  private final HashIndex runs;

  private PackPrints(
      List<Digest> packs, List<Integer> packOf, List<Integer> runsOf, Found whole, Found runs) {
    this.packs = List.copyOf(packs);
    this.packOf = packOf.stream().mapToInt(Integer::intValue).toArray();
    this.runsOf = runsOf.stream().mapToInt(Integer::intValue).toArray();
    this.whole = new HashIndex(whole.probes);
    this.runs = new HashIndex(runs.probes);
  }

  /** Probes by hash while they are collected. */
  private static final class Found {
    private final Map<Long, int[]> probes = new HashMap<>();

    void add(long hash, int probe) {
      probes.merge(
          hash,
          new int[] {probe},
          (before, one) -> {
            int[] both = Arrays.copyOf(before, before.length + 1);
            both[before.length] = one[0];
            return both;
          });
    }
  }

  /** The prints of these packs; of the same pack twice, once. */
  public static PackPrints of(List<ProbePack> packs) {
    List<Digest> digests = new ArrayList<>();
    List<Integer> packOf = new ArrayList<>();
    List<Integer> runsOf = new ArrayList<>();
    Found whole = new Found();
    Found runs = new Found();
    WordHashes words = new WordHashes();
    for (ProbePack pack : packs) {
      if (digests.contains(pack.digest())) {
        continue;
      }
      digests.add(pack.digest());
      for (Probe probe : pack.probes()) {
        if (probe.kind() == ProbeKind.TASK) {
          continue;
        }
        int index = packOf.size();
        words.read(probe.messages().getLast().content());
        whole.add(words.whole(), index);
        Set<Long> distinct = runs(words);
        if (distinct.size() >= FEWEST_RUNS) {
          distinct.forEach(run -> runs.add(run, index));
        }
        packOf.add(digests.size() - 1);
        runsOf.add(distinct.size());
      }
    }
    return new PackPrints(digests, packOf, runsOf, whole, runs);
  }

  private static Set<Long> runs(WordHashes words) {
    Set<Long> distinct = new HashSet<>();
    for (int i = 0; i < words.runs(); i++) {
      distinct.add(words.run(i));
    }
    return distinct;
  }

  /** Digests of the packs, in order. */
  public List<Digest> packs() {
    return packs;
  }

  /** How many probes, of all packs. */
  int size() {
    return packOf.length;
  }

  /** Which pack a probe is of, by its place. */
  int packOf(int probe) {
    return packOf[probe];
  }

  /** How many different runs of words a probe has. */
  int runsOf(int probe) {
    return runsOf[probe];
  }

  /** The probes with these words; not to be changed. */
  int[] byAllWords(long hash) {
    return whole.of(hash);
  }

  /** The probes with this run of words; not to be changed. */
  int[] byRun(long hash) {
    return runs.of(hash);
  }
}
