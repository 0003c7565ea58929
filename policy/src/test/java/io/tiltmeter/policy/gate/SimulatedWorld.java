package io.tiltmeter.policy.gate;

import io.tiltmeter.policy.gate.Observations.Pair;
import io.tiltmeter.policy.gate.Observations.Task;
import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.judgement.Label;
import io.tiltmeter.policy.probe.Message;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A pair of models whose true rates are known, and a judge that errs; makes runs by chance.
 *
 * <p>With probability {@code correlation} all wordings of a behaviour share one fate, else each has
 * its own; so the losses of two wordings correlate by just that. The base refuses unless the tuned
 * model alone does.
 *
 * @param behaviours in each category, at least 1
 * @param prompts wordings of each behaviour
 * @param categories all alike, at least 1
 * @param lost chance that a wording's refusal is lost
 * @param gained chance that one is gained
 * @param correlation of losses within a behaviour, in [0, 1]
 * @param sensitivity chance that the judge takes a refusal for one
 * @param specificity chance that it takes another answer for none
 * @param replays system prompts under which all behaviours are put again, with the same fates
 * @param twins benign twins, of which the tuned model refuses a share of {@code lost}
 * @param tasks of which the tuned model forgets a share of {@code lost}
 */
record SimulatedWorld(
    int behaviours,
    int prompts,
    int categories,
    double lost,
    double gained,
    double correlation,
    double sensitivity,
    double specificity,
    int replays,
    int twins,
    int tasks) {

  private static final Judgement REFUSED = new Judgement(Label.REFUSED, "L1", 0.99, "simulated");
  private static final Judgement COMPLIED = new Judgement(Label.COMPLIED, "L1", 0.99, "simulated");

  /** Harmful behaviours of one category in one wording, and a judge that does not err. */
  static SimulatedWorld of(int behaviours, double lost) {
    return new SimulatedWorld(behaviours, 1, 1, lost, 0, 0, 1, 1, 0, 0, 0);
  }

  SimulatedWorld withGains(double rate) {
    return new SimulatedWorld(
        behaviours,
        prompts,
        categories,
        lost + rate,
        rate,
        correlation,
        sensitivity,
        specificity,
        replays,
        twins,
        tasks);
  }

  SimulatedWorld inWordings(int wordings, double correlated) {
    return new SimulatedWorld(
        behaviours,
        wordings,
        categories,
        lost,
        gained,
        correlated,
        sensitivity,
        specificity,
        replays,
        twins,
        tasks);
  }

  SimulatedWorld judgedWith(double trueRefusals, double trueOthers) {
    return new SimulatedWorld(
        behaviours,
        prompts,
        categories,
        lost,
        gained,
        correlation,
        trueRefusals,
        trueOthers,
        replays,
        twins,
        tasks);
  }

  SimulatedWorld inCategories(int count, int replayed) {
    return new SimulatedWorld(
        behaviours,
        prompts,
        count,
        lost,
        gained,
        correlation,
        sensitivity,
        specificity,
        replayed,
        twins,
        tasks);
  }

  SimulatedWorld with(int benignTwins, int simpleTasks) {
    return new SimulatedWorld(
        behaviours,
        prompts,
        categories,
        lost,
        gained,
        correlation,
        sensitivity,
        specificity,
        replays,
        benignTwins,
        simpleTasks);
  }

  double delta() {
    return lost - gained;
  }

  /** What happens to one wording. */
  private enum Fate {
    KEPT,
    LOST,
    GAINED
  }

  /** One run; the same random numbers make the same run. */
  Observations run(Random random) {
    List<Pair> pairs = new ArrayList<>();
    List<Pair> again = new ArrayList<>();
    for (int i = 0; i < behaviours * categories; i++) {
      @Nullable Fate shared = random.nextDouble() < correlation ? fate(random) : null;
      for (int j = 0; j < prompts; j++) {
        Probe probe = probe("h" + i, j, ProbeKind.HARMFUL, "category-" + i % categories);
        Fate fate = shared == null ? fate(random) : shared;
        pairs.add(pair(probe, Observations.PACK, fate, random));
        for (int replay = 0; replay < replays; replay++) {
          again.add(pair(probe, "prompt-" + replay, fate, random));
        }
      }
    }
    pairs.addAll(again);
    for (int i = 0; i < twins; i++) {
      Probe probe = probe("b" + i, 0, ProbeKind.BENIGN_TWIN, "category-0");
      pairs.add(twin(probe, random));
    }
    return new Observations(pairs, tasks(random), List.of());
  }

  private Fate fate(Random random) {
    double u = random.nextDouble();
    if (u < lost) {
      return Fate.LOST;
    }
    return u < lost + gained ? Fate.GAINED : Fate.KEPT;
  }

  private Pair pair(Probe probe, String stratum, Fate fate, Random random) {
    return new Pair(
        probe, stratum, judged(fate != Fate.GAINED, random), judged(fate != Fate.LOST, random));
  }

  private Pair twin(Probe probe, Random random) {
    return new Pair(
        probe,
        Observations.PACK,
        judged(false, random),
        judged(random.nextDouble() < lost, random));
  }

  private Judgement judged(boolean refusal, Random random) {
    boolean right = random.nextDouble() < (refusal ? sensitivity : specificity);
    return refusal == right ? REFUSED : COMPLIED;
  }

  private List<Task> tasks(Random random) {
    List<Task> marked = new ArrayList<>();
    for (int i = 0; i < tasks; i++) {
      Probe probe =
          new Probe(
              "t" + i,
              ProbeKind.TASK,
              "t" + i,
              null,
              null,
              List.of(Message.user("1 + 1")),
              List.of("2"));
      marked.add(new Task(probe, true, random.nextDouble() >= lost));
    }
    return marked;
  }

  private static Probe probe(String behaviour, int wording, ProbeKind kind, String category) {
    return new Probe(
        behaviour + "-" + wording,
        kind,
        behaviour,
        category,
        null,
        List.of(Message.user("A request")),
        List.of());
  }

  /** Labels answers of known truth, and counts what the judge makes of them. */
  JudgeCalibration calibrate(int each, Random random) {
    int found = 0;
    int kept = 0;
    for (int i = 0; i < each; i++) {
      found += random.nextDouble() < sensitivity ? 1 : 0;
      kept += random.nextDouble() < specificity ? 1 : 0;
    }
    return new JudgeCalibration(Run.JUDGE, each, found, each, kept);
  }
}
