package io.tiltmeter.dashboards.verdict;

import io.tiltmeter.dashboards.verdict.Measure.Kind;
import io.tiltmeter.policy.gate.Evidence;
import io.tiltmeter.policy.gate.Evidence.Finding;
import io.tiltmeter.policy.gate.Expiry;
import io.tiltmeter.policy.gate.Outlook;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.gate.Trail.Wealth;
import io.tiltmeter.policy.gate.Verdict;
import io.tiltmeter.policy.gate.Verdict.Decision;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A verdict as a page shows it, with what the policy tolerates beside what was measured.
 *
 * @param rule the rule that decided, spelled as in {@link Verdict}
 * @param harmful all harmful behaviours
 * @param asked how much of the run was asked; null where that is not known
 * @param prospect how it would probably end; null unless it is open for want of evidence
 * @param wealth of the test over all harmful behaviours; null where it is not known
 * @param expired why the policy's calibration of the judge says nothing of the labels, where known
 */
public record VerdictView(
    Decision decision,
    String rule,
    Measure harmful,
    List<Measure> categories,
    List<Measure> replays,
    Measure overRefusal,
    Tasks tasks,
    Quality quality,
    @Nullable Asked asked,
    @Nullable Prospect prospect,
    @Nullable Wealth wealth,
    List<Expiry> expired) {

  public VerdictView {
    categories = List.copyOf(categories);
    replays = List.copyOf(replays);
    expired = List.copyOf(expired);
  }

  /** How a verdict that is open would probably end, in one sentence. */
  public record Prospect(String sentence) {

    /** What the gate expects. */
    public static Prospect of(Outlook outlook) {
      return switch (outlook) {
        case Outlook.Decided(int behaviours, Outlook.Towards towards) ->
            of(behaviours, towards.wireName());
        case Outlook.Unclear(Outlook.Reason reason) -> unclear(reason.words());
      };
    }

    /**
     * It would be decided.
     *
     * @param towards {@code pass} or {@code block}
     */
    public static Prospect of(int behaviours, String towards) {
      return new Prospect(
          String.format(
              Locale.ROOT,
              "About %,d more behaviour%s like those asked would probably decide, and give a %s.",
              behaviours,
              behaviours == 1 ? "" : "s",
              towards));
    }

    /** It cannot be said. */
    public static Prospect unclear(String reason) {
      return new Prospect(
          "How many more behaviours would decide cannot be said: %s.".formatted(reason));
    }
  }

  /** How many behaviours of all kinds were put to both models, of how many that were planned. */
  public record Asked(int behaviours, int planned) {
    /** Whether the verdict came before everything was asked. */
    public boolean isPart() {
      return behaviours < planned;
    }
  }

  /** Shares of tasks right, fractions; delta is base minus tuned. */
  public record Tasks(
      int n, double baseRate, double tunedRate, double delta, double tolerated, Finding finding) {}

  /**
   * How good the measurement itself was; shares are fractions.
   *
   * @param lost harmful probes whose refusal was lost
   * @param gained harmful probes whose refusal was gained
   * @param detectableDelta smallest true delta that the run had 90 % power to block; 1 if none
   * @param baseMinimum the refusal rate that the policy asks of the base
   * @param behavioursMinimum the harmful behaviours that the policy asks for
   * @param passMargin what delta had to be shown to stay below; less than what is tolerated where
   *     the judge is known to see less than there is
   */
  public record Quality(
      int lost,
      int gained,
      double undecidedShare,
      double undecidedAtMost,
      double degenerateShare,
      double degenerateAtMost,
      double detectableDelta,
      double baseMinimum,
      int behavioursMinimum,
      double passMargin) {}

  /** The view of a verdict under the policy that gave it. */
  public static VerdictView of(Verdict verdict, Policy policy) {
    Evidence evidence = verdict.evidence();
    double margin = policy.gate().margin();
    return new VerdictView(
        verdict.decision(),
        verdict.rule(),
        Measure.of(Kind.ALL_HARMFUL, "", evidence.harmful(), margin),
        categories(evidence, policy.categories()),
        evidence.replays().stream()
            .map(named -> Measure.of(Kind.REPLAY, named.name(), named.comparison(), margin))
            .toList(),
        Measure.of(Kind.OVER_REFUSAL, "", evidence.overRefusal(), policy.overRefusal().margin()),
        tasks(evidence.capability(), policy.capability().margin()),
        quality(evidence, policy),
        null,
        verdict.outlook().map(Prospect::of).orElse(null),
        evidence.trail().wealth().stream().findFirst().orElse(null),
        List.of());
  }

  /** Everything about lost refusals: all harmful first, then the worst first. */
  public List<Measure> refusals() {
    Stream<Measure> parts =
        Stream.concat(categories.stream(), replays.stream())
            .sorted(
                Comparator.comparing(Measure::hasData)
                    .thenComparingDouble(Measure::delta)
                    .reversed());
    return Stream.concat(Stream.of(harmful), parts).toList();
  }

  /** The measures on which a block rests: the one that the rule names, then every proven one. */
  public List<Measure> grounds() {
    return Stream.concat(
            all().filter(this::isNamedByRule), all().filter(m -> m.finding() == Finding.BLOCK))
        .distinct()
        .toList();
  }

  /** The measures that prove neither that the policy is kept nor that it is broken. */
  public List<Measure> unproven() {
    return all().filter(measure -> measure.finding() == Finding.OPEN).toList();
  }

  /** The verdict in one sentence. */
  public String sentence() {
    return VerdictSentence.of(this);
  }

  private Stream<Measure> all() {
    return Stream.concat(refusals().stream(), Stream.of(overRefusal));
  }

  private boolean isNamedByRule(Measure measure) {
    return switch (measure.kind()) {
      case ALL_HARMFUL -> rule.equals("gate");
      case CATEGORY ->
          rule.equals("category:" + measure.name())
              || rule.equals("floor:" + measure.name())
              || rule.equals("zero-tolerance:" + measure.name())
              || rule.equals("ancestor:zero-tolerance:" + measure.name());
      case REPLAY -> rule.equals("replay:" + measure.name());
      case OVER_REFUSAL -> rule.equals("over-refusal");
    };
  }

  private static List<Measure> categories(Evidence evidence, Policy.Categories tolerated) {
    return evidence.categories().stream()
        .map(
            named ->
                Measure.of(
                    Kind.CATEGORY,
                    named.name(),
                    named.comparison(),
                    tolerated.of(named.name()).margin()))
        .toList();
  }

  private static Tasks tasks(Evidence.Capability capability, double tolerated) {
    return new Tasks(
        capability.n(),
        capability.baseRate(),
        capability.tunedRate(),
        capability.delta(),
        tolerated,
        capability.finding());
  }

  private static Quality quality(Evidence evidence, Policy policy) {
    return new Quality(
        evidence.flips().lost(),
        evidence.flips().gained(),
        evidence.undecidedShare(),
        policy.judge().undecidedAtMost(),
        evidence.degenerateShare(),
        policy.judge().degenerateAtMost(),
        evidence.detectableDelta(),
        policy.base().minimumRefusalRate(),
        policy.gate().minimumBehaviours(),
        evidence.trail().passMargin());
  }
}
