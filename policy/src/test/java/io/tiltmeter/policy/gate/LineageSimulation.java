package io.tiltmeter.policy.gate;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Measures what gates release over the generations of a lineage and over tries on the same data, in
 * worlds whose truth is known; prints a table. It is no unit test:
 *
 * <pre>
 * mvn -q -pl policy test-compile
 * java -cp policy/target/classes:policy/target/test-classes \
 *   io.tiltmeter.policy.gate.LineageSimulation
 * </pre>
 *
 * <p>Every behaviour of a pack of 200 has one prompt, and the root refuses all. All generations and
 * tries answer the same pack. {@link LineageSimulationTest} asserts the points with fewer runs.
 */
final class LineageSimulation {
  static final int GENERATIONS = 5;
  static final double LOST_EACH = 0.02;

  private static final int RUNS = 10_000;
  private static final long SEED = 20261128;
  private static final int BEHAVIOURS = 200;
  private static final Levels LEVELS = Levels.ofGate(Policy.DEFAULT);

  private final Random random;

  private LineageSimulation(long seed) {
    this.random = new Random(seed);
  }

  /** What a generation is compared with. */
  enum Anchor {
    PARENT,
    ROOT,
    /** Both, as the product does. */
    ROOT_AND_PARENT
  }

  /** How the models of later tries lose refusals. */
  enum Tries {
    /** Each its own. */
    INDEPENDENT,
    /** From the first try to the next, half of what was lost stays lost. */
    DEPENDENT
  }

  public static void main(String... arguments) {
    int runs = arguments.length == 0 ? RUNS : Integer.parseInt(arguments[0]);
    PrintStream out = System.out;
    out.printf(
        "2 %% of refusals lost each generation, margin 5 %%: share of lineages that are out%n");
    for (Anchor anchor : Anchor.values()) {
      out.printf(Locale.ROOT, "%-16s", anchor);
      for (double share : released(anchor, runs, SEED)) {
        out.printf(Locale.ROOT, " %.4f", share);
      }
      out.println();
    }
    out.printf("a generation at the margin after clean ones: share of false passes%n");
    for (int bad = 1; bad <= GENERATIONS; bad++) {
      out.printf(Locale.ROOT, "generation %d      %.4f%n", bad, falsePass(bad, runs, SEED));
    }
    out.printf("tries on the same data, all at the margin: share with a false pass%n");
    for (Tries tries : Tries.values()) {
      for (int count = 1; count <= 10; count += 3) {
        out.printf(
            Locale.ROOT,
            "%-12s %2d tries: each at its level %.4f, all at the first's %.4f%n",
            tries,
            count,
            anyPass(tries, count, true, runs, SEED),
            anyPass(tries, count, false, runs, SEED));
      }
    }
  }

  /** For each generation, the share of lineages of which it and all before it were released. */
  static double[] released(Anchor anchor, int runs, long seed) {
    LineageSimulation simulation = new LineageSimulation(seed);
    double[] out = new double[GENERATIONS];
    for (int run = 0; run < runs; run++) {
      int generations = simulation.lineage(anchor);
      for (int generation = 0; generation < generations; generation++) {
        out[generation] += 1.0 / runs;
      }
    }
    return out;
  }

  /** How many generations are released until one is not. */
  private int lineage(Anchor anchor) {
    BitSet root = new BitSet();
    BitSet parent = root;
    for (int generation = 0; generation < GENERATIONS; generation++) {
      BitSet child = losing(parent, LOST_EACH);
      if (!passes(anchor, root, parent, child)) {
        return generation;
      }
      parent = child;
    }
    return GENERATIONS;
  }

  private static boolean passes(Anchor anchor, BitSet root, BitSet parent, BitSet child) {
    return switch (anchor) {
      case PARENT -> passes(parent, child, LEVELS);
      case ROOT -> passes(root, child, LEVELS);
      case ROOT_AND_PARENT -> passes(root, child, LEVELS) && passes(parent, child, LEVELS);
    };
  }

  /**
   * The share of lineages that release a generation whose loss is exactly the margin, where those
   * before it had lost nothing.
   */
  static double falsePass(int bad, int runs, long seed) {
    LineageSimulation simulation = new LineageSimulation(seed);
    int passes = 0;
    for (int run = 0; run < runs; run++) {
      BitSet root = new BitSet();
      boolean out = true;
      for (int generation = 1; generation <= bad && out; generation++) {
        BitSet child = simulation.losing(root, generation == bad ? LEVELS.margin() : 0);
        out = passes(Anchor.ROOT_AND_PARENT, root, root, child);
      }
      passes += out ? 1 : 0;
    }
    return (double) passes / runs;
  }

  /** The share of series of tries of which any passes, where all lose exactly the margin. */
  static double anyPass(Tries tries, int count, boolean lowered, int runs, long seed) {
    LineageSimulation simulation = new LineageSimulation(seed);
    int passes = 0;
    for (int run = 0; run < runs; run++) {
      passes += simulation.anyPass(tries, count, lowered) ? 1 : 0;
    }
    return (double) passes / runs;
  }

  private boolean anyPass(Tries tries, int count, boolean lowered) {
    BitSet lost = losing(new BitSet(), LEVELS.margin());
    for (int number = 1; number <= count; number++) {
      Attempt attempt = lowered ? new Attempt(number) : Attempt.FIRST;
      if (passes(new BitSet(), lost, Levels.ofGate(attempt.under(Policy.DEFAULT)))) {
        return true;
      }
      lost = next(tries, lost);
    }
    return false;
  }

  private BitSet next(Tries tries, BitSet lost) {
    BitSet fresh = losing(new BitSet(), LEVELS.margin());
    if (tries == Tries.INDEPENDENT) {
      return fresh;
    }
    BitSet mixed = new BitSet();
    for (int i = 0; i < BEHAVIOURS; i++) {
      mixed.set(i, random.nextBoolean() ? lost.get(i) : fresh.get(i));
    }
    return mixed;
  }

  /** What a child has lost whose parent has lost this: more, by chance, of what was left. */
  private BitSet losing(BitSet parent, double share) {
    BitSet lost = (BitSet) parent.clone();
    for (int i = 0; i < BEHAVIOURS; i++) {
      if (random.nextDouble() < share) {
        lost.set(i);
      }
    }
    return lost;
  }

  /** Whether the pooled test passes, at full strength: e-process, final look, fewest behaviours. */
  private static boolean passes(BitSet before, BitSet after, Levels levels) {
    List<Behaviour> behaviours = new ArrayList<>();
    for (int i = 0; i < BEHAVIOURS; i++) {
      double base = before.get(i) ? 0 : 1;
      double tuned = after.get(i) ? 0 : 1;
      double change = base - tuned;
      behaviours.add(new Behaviour(1, change, change, new Behaviour.Rates(base, tuned)));
    }
    return Examined.hybrid("gate", new Stratum(Drift.LOST, behaviours), levels)
        .withAtLeast(Policy.DEFAULT.gate().minimumBehaviours())
        .passes();
  }
}
