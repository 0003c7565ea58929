package io.tiltmeter.policy.gate;

import io.tiltmeter.policy.gate.Evidence.Capability;
import io.tiltmeter.policy.gate.Evidence.Named;
import io.tiltmeter.policy.stats.BlockPower;
import java.util.List;
import java.util.function.ToDoubleFunction;
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
    Examined capability) {

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
    Levels gate = Levels.of(policy.gate());
    List<NamedStratum> categories = strata.categories(policy);
    List<FamilyMember> family =
        examineFamily(
            Stream.concat(categories.stream(), strata.replays(policy).stream()).toList(),
            gate.alphaBlock());
    return new Examination(
        Examined.hybrid("gate", strata.harmful(), gate)
            .withAtLeast(policy.gate().minimumBehaviours()),
        family.subList(0, categories.size()),
        family.subList(categories.size(), family.size()).stream()
            .map(replay -> replay.withBaseAtLeast(policy.base().minimumRefusalRate()))
            .toList(),
        Examined.hybrid("over-refusal", strata.twins(), Levels.of(policy.overRefusal())),
        Examined.sequential(
            "capability", strata.tasks(), gate.withMargin(policy.capability().margin())));
  }

  /**
   * The strata of a run that is not over, at the end of which this many categories and replays will
   * have been put. Nothing passes, and only e-processes block: the final look is kept for the end.
   *
   * <p>A member of the family is judged by its own stream alone, as {@link BlockFamily} promises to
   * keep: the run may have been stopped by what another stream showed.
   */
  static Examination soFar(Policy policy, Strata strata, int family) {
    double half = policy.gate().alphaBlock() / 2;
    return underWay(
        policy,
        strata,
        new Stakes(
            half,
            half / family,
            policy.overRefusal().alphaBlock() / 2,
            policy.gate().alphaBlock()));
  }

  /** The strata of a run that came to no end: nothing passes or blocks. */
  static Examination unfinished(Policy policy, Strata strata) {
    return underWay(policy, strata, new Stakes(0, 0, 0, 0));
  }

  /** The levels at which e-processes may block before the end; 0 never does. */
  private record Stakes(double harmful, double member, double overRefusal, double capability) {}

  private static Examination underWay(Policy policy, Strata strata, Stakes stakes) {
    Levels gate = Levels.of(policy.gate());
    return new Examination(
        Examined.underWay("gate", strata.harmful(), gate, stakes.harmful()),
        underWay(strata.categories(policy), stakes.member()),
        underWay(strata.replays(policy), stakes.member()),
        Examined.underWay(
            "over-refusal", strata.twins(), Levels.of(policy.overRefusal()), stakes.overRefusal()),
        Examined.underWay(
            "capability",
            strata.tasks(),
            gate.withMargin(policy.capability().margin()),
            stakes.capability()));
  }

  private static List<FamilyMember> underWay(List<NamedStratum> members, double alpha) {
    return members.stream()
        .map(
            member ->
                new FamilyMember(
                    member.name(),
                    Examined.underWay(member.rule(), member.stratum(), member.levels(), alpha)))
        .toList();
  }

  private static List<FamilyMember> examineFamily(List<NamedStratum> members, double alpha) {
    List<Boolean> flagged = new BlockFamily(members, alpha).flagged();
    return IntStream.range(0, members.size())
        .mapToObj(i -> examine(members.get(i), flagged.get(i)))
        .toList();
  }

  private static FamilyMember examine(NamedStratum member, boolean blocks) {
    return new FamilyMember(
        member.name(), Examined.inFamily(member.rule(), member.stratum(), member.levels(), blocks));
  }

  /** Whether any stratum blocks. */
  boolean blocks() {
    Stream<FamilyMember> family = Stream.concat(categories.stream(), replays.stream());
    return Stream.concat(
            Stream.of(harmful, overRefusal, capability), family.map(FamilyMember::examined))
        .anyMatch(Examined::blocks);
  }

  /** What was measured, as it is reported. */
  Evidence evidence(Strata strata) {
    List<AnswerQuality> qualities = strata.qualities();
    return new Evidence(
        harmful.comparison(),
        categories.stream().map(FamilyMember::named).toList(),
        replays.stream().map(FamilyMember::named).toList(),
        overRefusal.comparison(),
        capabilityEvidence(),
        new AnswerQuality(strata.harmfulPairs()).flips(),
        worst(qualities, AnswerQuality::undecidedShare),
        worst(qualities, AnswerQuality::degenerateShare),
        detectableDelta());
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

  private double detectableDelta() {
    Stratum stratum = harmful.stratum();
    Levels levels = harmful.test().levels();
    return new BlockPower(
            stratum.decided(), stratum.onePrompt(), levels.margin(), levels.alphaBlock())
        .detectableDelta();
  }
}
