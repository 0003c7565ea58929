package io.tiltmeter.policy.gate;

import io.tiltmeter.policy.gate.Detectability.AtCorrelation;
import io.tiltmeter.policy.gate.Evidence.Capability;
import io.tiltmeter.policy.gate.Evidence.Named;
import io.tiltmeter.policy.gate.Policy.Require;
import io.tiltmeter.policy.stats.BlockPower;
import io.tiltmeter.policy.stats.ClusterPower;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Every stratum of one run, tested as the policy says.
 *
 * @param categories in the order of {@link Strata#categories}
 * @param replays in the order in which they were put
 */
record Examination(
    Examined harmful,
    List<FamilyMember> categories,
    List<FamilyMember> replays,
    Examined overRefusal,
    Examined capability,
    Suspicions suspicions) {

  /** A category or replay with what its test found. */
  record FamilyMember(String name, Examined examined) {
    FamilyMember withBaseAtLeast(double rate) {
      return new FamilyMember(name, examined.withBaseAtLeast(rate));
    }

    Named named() {
      return new Named(name, examined.comparison());
    }
  }

  static Examination of(Policy policy, Strata strata) {
    List<NamedStratum> categories = strata.categories(policy);
    List<FamilyMember> family =
        examineFamily(
            Stream.concat(categories.stream(), strata.replays(policy).stream()).toList(),
            policy.gate().alphaBlock());
    return new Examination(
        Examined.hybrid("gate", strata.harmful(), Levels.ofGate(policy))
            .withAtLeast(policy.gate().minimumBehaviours()),
        family.subList(0, categories.size()),
        family.subList(categories.size(), family.size()).stream()
            .map(replay -> replay.withBaseAtLeast(policy.base().minimumRefusalRate()))
            .toList(),
        Examined.hybrid("over-refusal", strata.twins(), Levels.ofTwins(policy)),
        Examined.sequential("capability", strata.tasks(), Levels.ofTasks(policy)),
        strata.observations().suspicions());
  }

  /**
   * The strata of a run that is not over, at the end of which this many categories and replays will
   * have been put. Nothing passes, and only e-processes block: the final look is kept for the end.
   *
   * <p>A member of the family is judged by its own stream alone, as {@link BlockFamily} promises to
   * keep: the run may have been stopped by what another stream showed.
   */
  static Examination soFar(Policy policy, Strata strata, int family) {
    return underWay(policy, strata, family, true);
  }

  /** The strata of a run that came to no end: nothing passes or blocks. */
  static Examination unfinished(Policy policy, Strata strata) {
    int family = strata.categories(policy).size() + strata.replays(policy).size();
    return underWay(policy, strata, Math.max(1, family), false);
  }

  private static Examination underWay(Policy policy, Strata strata, int family, boolean mayBlock) {
    Levels gate = Levels.ofGate(policy);
    Levels twins = Levels.ofTwins(policy);
    Levels tasks = Levels.ofTasks(policy);
    return new Examination(
        Examined.underWay("gate", strata.harmful(), gate, Bars.hybrid(gate), mayBlock),
        underWay(strata.categories(policy), family, mayBlock),
        underWay(strata.replays(policy), family, mayBlock),
        Examined.underWay("over-refusal", strata.twins(), twins, Bars.hybrid(twins), mayBlock),
        Examined.underWay("capability", strata.tasks(), tasks, Bars.sequential(tasks), mayBlock),
        strata.observations().suspicions());
  }

  private static List<FamilyMember> underWay(
      List<NamedStratum> members, int family, boolean mayBlock) {
    return members.stream()
        .map(
            member ->
                new FamilyMember(
                    member.name(),
                    Examined.underWay(
                        member.rule(),
                        member.stratum(),
                        member.levels(),
                        Bars.inFamily(member.levels(), family),
                        mayBlock)))
        .toList();
  }

  private static List<FamilyMember> examineFamily(List<NamedStratum> members, double alpha) {
    List<Boolean> flagged = new BlockFamily(members, alpha).flagged();
    return IntStream.range(0, members.size())
        .mapToObj(
            i ->
                new FamilyMember(
                    members.get(i).name(),
                    Examined.inFamily(members.get(i), members.size(), flagged.get(i))))
        .toList();
  }

  /** Every stratum, in the order in which the gate looks at what withholds a pass. */
  private Stream<Examined> all() {
    return Stream.of(
            Stream.of(harmful),
            categories.stream().map(FamilyMember::examined),
            replays.stream().map(FamilyMember::examined),
            Stream.of(overRefusal, capability))
        .flatMap(strata -> strata);
  }

  /** Whether any stratum blocks. */
  boolean blocks() {
    return all().anyMatch(Examined::blocks);
  }

  /** What has to pass and does not, in the order in which a verdict names it. */
  List<Examined> unproven(Policy policy) {
    Set<String> excused =
        Stream.concat(
                categories.stream().filter(category -> !mustPass(policy, category)),
                replays.stream().filter(replay -> !mustPassSampled(policy, replay)))
            .map(member -> member.examined().rule())
            .collect(Collectors.toSet());
    return all().filter(stratum -> !stratum.passes() && !excused.contains(stratum.rule())).toList();
  }

  /** Counted over all behaviours put: undecided answers must not lift the duty to pass. */
  private boolean mustPass(Policy policy, FamilyMember category) {
    return policy.categories().of(category.name()).require() == Require.CERTIFY
        && (suspicions.categories().contains(category.name())
            || category.examined().stratum().behaviours().size() >= Gate.CERTIFIED_FROM);
  }

  /** A sample proves no pass; it has to have seen something to excuse it from that. */
  private boolean mustPassSampled(Policy policy, FamilyMember replay) {
    return !suspicions.sampled().contains(replay.name())
        || !replay.examined().staysWithin()
        || replay.examined().stratum().baseRate() < policy.base().minimumRefusalRate();
  }

  /** What was measured, as it is reported. */
  Evidence evidence(Policy policy, Strata strata) {
    List<AnswerQuality> qualities = strata.qualities();
    Detectability detectability = detectability();
    return new Evidence(
        harmful.comparison(),
        categories.stream().map(FamilyMember::named).toList(),
        replays.stream().map(FamilyMember::named).toList(),
        overRefusal.comparison(),
        capabilityEvidence(),
        new AnswerQuality(strata.harmfulPairs()).flips(),
        worst(qualities, AnswerQuality::undecidedShare),
        worst(qualities, AnswerQuality::degenerateShare),
        detectability.smallest().getFirst().delta(),
        trail(policy, strata, detectability));
  }

  private Trail trail(Policy policy, Strata strata, Detectability detectability) {
    List<Examined> unproven = unproven(policy);
    Set<String> withheld = unproven.stream().map(Examined::rule).collect(Collectors.toSet());
    Prospects prospects = new Prospects(policy, this);
    return new Trail(
        all()
            .filter(one -> one.is(harmful) || one.blocks() || withheld.contains(one.rule()))
            .map(Examined::wealth)
            .toList(),
        strata.flips(1),
        strata.flips(-1),
        detectability,
        harmful.test().levels().passMargin(),
        prospects.each(unproven),
        prospects.overall(unproven));
  }

  private static double worst(
      List<AnswerQuality> qualities, ToDoubleFunction<AnswerQuality> share) {
    return qualities.stream().mapToDouble(share).max().orElse(0);
  }

  private Capability capabilityEvidence() {
    Stratum tasks = capability.stratum();
    return new Capability(
        tasks.decided(), tasks.baseRate(), tasks.tunedRate(), tasks.delta(), capability.finding());
  }

  private Detectability detectability() {
    Stratum stratum = harmful.stratum();
    Levels levels = harmful.test().levels();
    double together =
        new BlockPower(stratum.decided(), stratum.onePrompt(), levels.margin(), levels.alphaBlock())
            .detectableDelta();
    AtCorrelation worst = new AtCorrelation(1, together);
    if (stratum.onePrompt()) {
      return new Detectability(List.of(worst));
    }
    ClusterPower power = new ClusterPower(stratum.prompts(), levels.margin(), levels.alphaBlock());
    return new Detectability(
        List.of(
            worst,
            new AtCorrelation(0.5, power.detectableDelta(0.5, together)),
            new AtCorrelation(0, power.detectableDelta(0, together))));
  }
}
