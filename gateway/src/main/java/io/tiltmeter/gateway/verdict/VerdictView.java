package io.tiltmeter.gateway.verdict;

import io.tiltmeter.evaluator.judge.RefusalJudge;
import io.tiltmeter.evaluator.run.LayoutAgreement;
import io.tiltmeter.evaluator.run.LayoutCheck;
import io.tiltmeter.evaluator.run.StrongOpinion;
import io.tiltmeter.evaluator.runner.ModelRunner.RuntimeFacts;
import io.tiltmeter.policy.gate.Attempt;
import io.tiltmeter.policy.gate.Evidence;
import io.tiltmeter.policy.gate.Evidence.Comparison;
import io.tiltmeter.policy.gate.Evidence.Finding;
import io.tiltmeter.policy.gate.Expiry;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.gate.Verdict;
import io.tiltmeter.policy.stats.Interval;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A verdict as {@code evaluate --json} prints it and as it is kept; rates are fractions.
 *
 * <p>Every figure is of what was asked. Where a certain block ended the run, intervals stand for
 * that part by themselves and make no allowance for the stop; the block does.
 *
 * @param n harmful behaviours of the pack that were decided on both sides
 * @param stoppedEarly whether the verdict came before everything was asked; null, as all that
 *     follow, in verdicts that were kept before this was recorded
 * @param asked behaviours that were put to both sides: harmful ones, twins and tasks of the pack,
 *     and those of each replayed system prompt
 * @param planned behaviours that the whole run would have put
 * @param wealth of all harmful behaviours, and of what else blocks or withholds a pass
 * @param lost harmful probes whose refusal was lost; never their text
 * @param gained harmful probes whose refusal was gained
 * @param moreProbes null unless the verdict is open for want of evidence
 * @param passMargin what delta had to be shown to stay below for a pass; the policy's margin, or
 *     less where the judge is known to see less than there is
 * @param attempt which try of its training data this was; null where tries are not counted
 * @param lineage null where the base itself was tuned
 * @param strongJudge null where no stronger judge was asked
 * @param labels what they came about with beside the judge and the runtime
 */
public record VerdictView(
    String verdict,
    String rule,
    double baseRefusalRate,
    double tunedRefusalRate,
    double delta,
    List<Double> interval,
    double confidence,
    int n,
    double detectableDelta,
    StratumView overRefusal,
    CapabilityView capability,
    List<NamedView> categories,
    List<NamedView> replays,
    Evidence.Flips flips,
    double undecidedShare,
    double degenerateShare,
    @Nullable AgreementView aa,
    String judge,
    String policyDigest,
    String packDigest,
    @Nullable RuntimeView runtime,
    long tokens,
    double seconds,
    @Nullable Boolean stoppedEarly,
    @Nullable Integer asked,
    @Nullable Integer planned,
    @Nullable List<WealthView> wealth,
    @Nullable List<FlipView> lost,
    @Nullable List<FlipView> gained,
    @Nullable MoreProbesView moreProbes,
    @Nullable DetectabilityView detectability,
    @Nullable Double passMargin,
    @Nullable AttemptView attempt,
    @Nullable LineageView lineage,
    @Nullable StrongOpinion strongJudge,
    @Nullable LabelsView labels) {

  /**
   * What was decided on: the digests, the machine if one was needed, and what else the verdict
   * rests on in a gateway.
   */
  public record Setting(
      String policyDigest,
      String packDigest,
      @Nullable RuntimeFacts runtime,
      double seconds,
      @Nullable AttemptView attempt,
      @Nullable LineageView lineage,
      LabelsView labels) {}

  /**
   * What the answers came about with, and what the policy's calibration of the judge expects else.
   *
   * @param tokenizer digest of the base's tokenizer files; null where a model was on a server
   * @param expired why that calibration says nothing here; empty where it does, or there is none
   */
  public record LabelsView(@Nullable String tokenizer, List<Expiry> expired) {
    public LabelsView {
      expired = List.copyOf(expired);
    }
  }

  /**
   * Which evaluation of much the same training data it was, within 90 days.
   *
   * @param number counted from 1
   * @param alphaPass the level that a pass over all harmful behaviours took
   */
  public record AttemptView(int number, double alphaPass) {

    /** The view of an attempt under the policy that it was decided by. */
    public static AttemptView of(Attempt attempt, Policy decidedBy) {
      return new AttemptView(attempt.number(), decidedBy.gate().alphaPass());
    }
  }

  /** The view of what an evaluation found. */
  public static VerdictView of(LayoutCheck.Checked checked, Setting setting) {
    return of(checked, checked.report().verdict().evidence(), setting);
  }

  private static VerdictView of(LayoutCheck.Checked on, Evidence evidence, Setting setting) {
    return new VerdictView(
        on.report().verdict().decision().wireName(),
        on.report().verdict().rule(),
        evidence.harmful().baseRate(),
        evidence.harmful().tunedRate(),
        evidence.harmful().delta(),
        bounds(evidence.harmful().interval()),
        Verdict.CONFIDENCE,
        evidence.harmful().n(),
        evidence.detectableDelta(),
        StratumView.of(evidence.overRefusal()),
        CapabilityView.of(evidence.capability()),
        evidence.categories().stream().map(named -> NamedView.of(named, true)).toList(),
        evidence.replays().stream().map(named -> NamedView.of(named, false)).toList(),
        evidence.flips(),
        evidence.undecidedShare(),
        evidence.degenerateShare(),
        AgreementView.of(on.agreement()),
        RefusalJudge.VERSION,
        setting.policyDigest(),
        setting.packDigest(),
        setting.runtime() == null ? null : RuntimeView.of(setting.runtime()),
        on.report().tokens(),
        setting.seconds(),
        on.report().extent().stoppedEarly(),
        on.report().extent().asked(),
        on.report().extent().planned(),
        evidence.trail().wealth().stream().map(WealthView::of).toList(),
        evidence.trail().lost().stream().map(FlipView::of).toList(),
        evidence.trail().gained().stream().map(FlipView::of).toList(),
        MoreProbesView.of(on.report().verdict()),
        DetectabilityView.of(evidence.trail().detectability()),
        evidence.trail().passMargin(),
        setting.attempt(),
        setting.lineage(),
        on.report().opinion(),
        setting.labels());
  }

  private static List<Double> bounds(Interval interval) {
    return List.of(interval.low(), interval.high());
  }

  private static String verdict(Finding finding) {
    return finding == Finding.OPEN
        ? Verdict.Decision.INCONCLUSIVE.wireName()
        : finding.name().toLowerCase(Locale.ROOT);
  }

  /**
   * The base against itself in another batch layout: probes asked again, and refusals that came or
   * went.
   */
  public record AgreementView(int n, int flips) {
    static @Nullable AgreementView of(@Nullable LayoutAgreement agreement) {
      return agreement == null ? null : new AgreementView(agreement.n(), agreement.flips());
    }
  }

  /** What the models ran on. */
  public record RuntimeView(
      String provider,
      String version,
      int threads,
      String weights,
      String graph,
      String containment) {
    static RuntimeView of(RuntimeFacts facts) {
      return new RuntimeView(
          facts.provider(),
          facts.version(),
          facts.threads(),
          facts.weights(),
          facts.graph(),
          facts.containment());
    }
  }

  /** One stratum. */
  public record StratumView(
      int n,
      double baseRefusalRate,
      double tunedRefusalRate,
      double delta,
      List<Double> interval,
      double confidence,
      String verdict) {

    static StratumView of(Comparison comparison) {
      return new StratumView(
          comparison.n(),
          comparison.baseRate(),
          comparison.tunedRate(),
          comparison.delta(),
          bounds(comparison.interval()),
          Verdict.CONFIDENCE,
          VerdictView.verdict(comparison.finding()));
    }
  }

  /** One category, or one replayed system prompt; exactly one of the two names is there. */
  public record NamedView(
      @Nullable String category,
      @Nullable String systemPrompt,
      int n,
      double baseRefusalRate,
      double tunedRefusalRate,
      double delta,
      List<Double> interval,
      String verdict) {

    static NamedView of(Evidence.Named named, boolean category) {
      Comparison comparison = named.comparison();
      return new NamedView(
          category ? named.name() : null,
          category ? null : named.name(),
          comparison.n(),
          comparison.baseRate(),
          comparison.tunedRate(),
          comparison.delta(),
          bounds(comparison.interval()),
          VerdictView.verdict(comparison.finding()));
    }
  }

  /** Tasks; delta is base minus tuned. */
  public record CapabilityView(
      int n, double baseRate, double tunedRate, double delta, String verdict) {

    static CapabilityView of(Evidence.Capability capability) {
      return new CapabilityView(
          capability.n(),
          capability.baseRate(),
          capability.tunedRate(),
          capability.delta(),
          VerdictView.verdict(capability.finding()));
    }
  }
}
