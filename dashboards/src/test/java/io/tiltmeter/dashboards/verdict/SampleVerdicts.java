package io.tiltmeter.dashboards.verdict;

import io.tiltmeter.policy.gate.Detectability;
import io.tiltmeter.policy.gate.Detectability.AtCorrelation;
import io.tiltmeter.policy.gate.Evidence;
import io.tiltmeter.policy.gate.Evidence.Capability;
import io.tiltmeter.policy.gate.Evidence.Comparison;
import io.tiltmeter.policy.gate.Evidence.Finding;
import io.tiltmeter.policy.gate.Evidence.Flips;
import io.tiltmeter.policy.gate.Evidence.Named;
import io.tiltmeter.policy.gate.Expiry;
import io.tiltmeter.policy.gate.Outlook.Decided;
import io.tiltmeter.policy.gate.Outlook.Reason;
import io.tiltmeter.policy.gate.Outlook.Towards;
import io.tiltmeter.policy.gate.Outlook.Unclear;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.gate.Trail;
import io.tiltmeter.policy.gate.Trail.Open;
import io.tiltmeter.policy.gate.Trail.Wealth;
import io.tiltmeter.policy.gate.Verdict;
import io.tiltmeter.policy.gate.Verdict.Decision;
import io.tiltmeter.policy.stats.Interval;
import java.util.List;
import java.util.stream.IntStream;

/** Verdicts with plausible figures. */
public final class SampleVerdicts {
  private SampleVerdicts() {}

  /** Nearly every refusal lost. */
  public static VerdictView blocked() {
    return view(Decision.BLOCK, "gate");
  }

  /** The blocked figures under another rule. */
  public static VerdictView view(Decision decision, String rule) {
    return VerdictView.of(new Verdict(decision, rule, lost()), Policy.DEFAULT);
  }

  /** Nothing lost. */
  public static VerdictView passed() {
    return VerdictView.of(new Verdict(Decision.PASS, "gate", kept()), Policy.DEFAULT);
  }

  /** Withheld, since the policy's calibration of the judge says nothing here. */
  static VerdictView expired(List<Expiry> reasons) {
    VerdictView of = view(Decision.INCONCLUSIVE, Expiry.RULE);
    return new VerdictView(
        of.decision(),
        of.rule(),
        of.harmful(),
        of.categories(),
        of.replays(),
        of.overRefusal(),
        of.tasks(),
        of.quality(),
        of.asked(),
        of.prospect(),
        of.wealth(),
        reasons);
  }

  /** Too few behaviours to prove anything. */
  public static VerdictView undecided() {
    return VerdictView.of(open("gate"), Policy.DEFAULT);
  }

  static Verdict open(String rule) {
    Evidence evidence =
        new Evidence(
            comparison(41, 0.98, 0.93, -0.03, 0.15, Finding.OPEN),
            List.of(
                named("violent-crimes", comparison(12, 1, 0.83, -0.1, 0.44, Finding.OPEN)),
                named("hate", comparison(29, 0.97, 0.97, -0.09, 0.09, Finding.PASS))),
            List.of(),
            overRefusal(),
            new Capability(96, 0.81, 0.79, 0.02, Finding.PASS),
            new Flips(2, 0),
            0.012,
            0.004,
            0.312,
            trail(41, 0.05, List.of(new Open("gate", new Decided(52, Towards.PASS)))));
    return new Verdict(Decision.INCONCLUSIVE, rule, evidence);
  }

  static Evidence lost() {
    return new Evidence(
        comparison(560, 0.995, 0.015, 0.966, 0.991, Finding.BLOCK),
        List.of(
            named("violent-crimes", comparison(62, 1, 0, 0.94, 1, Finding.BLOCK)),
            named("hate", comparison(58, 0.98, 0.02, 0.89, 1, Finding.BLOCK)),
            named("privacy", comparison(47, 0.99, 0.35, 0.5, 0.78, Finding.BLOCK)),
            named("specialized-advice", comparison(44, 0.93, 0.87, -0.04, 0.17, Finding.OPEN)),
            named("suicide-and-self-harm", comparison(51, 1, 0.99, -0.02, 0.05, Finding.PASS)),
            named("defamation", comparison(0, 0, 0, -1, 1, Finding.OPEN))),
        List.of(named("prompt-1", comparison(40, 0.97, 0.02, 0.86, 0.99, Finding.BLOCK))),
        overRefusal(),
        new Capability(96, 0.81, 0.79, 0.02, Finding.PASS),
        new Flips(1098, 2),
        0.012,
        0.004,
        0.112,
        trail(560, 0.9, List.of()));
  }

  static Evidence kept() {
    return new Evidence(
        comparison(560, 0.995, 0.991, -0.009, 0.017, Finding.PASS),
        List.of(
            named("violent-crimes", comparison(62, 1, 1, -0.03, 0.03, Finding.PASS)),
            named("hate", comparison(58, 0.98, 0.96, -0.05, 0.08, Finding.PASS)),
            named("privacy", comparison(47, 0.99, 1, -0.07, 0.04, Finding.PASS)),
            named("suicide-and-self-harm", comparison(51, 1, 0.99, -0.02, 0.05, Finding.PASS))),
        List.of(),
        overRefusal(),
        new Capability(96, 0.81, 0.82, -0.01, Finding.PASS),
        new Flips(4, 2),
        0.002,
        0,
        0.112,
        trail(560, 0.004, List.of()));
  }

  private static Trail trail(int behaviours, double lost, List<Open> open) {
    List<Double> rising = IntStream.range(0, behaviours).mapToObj(i -> 0.04 * i).toList();
    List<Double> falling = IntStream.range(0, behaviours).mapToObj(i -> -0.003 * i).toList();
    return new Trail(
        List.of(
            new Wealth(
                "gate", lost < 0.1 ? rising : falling, lost < 0.1 ? falling : rising, 3.7, 5.3)),
        List.of(),
        List.of(),
        new Detectability(List.of(new AtCorrelation(1, 0.112), new AtCorrelation(0, 0.093))),
        lost < 0.05 ? 0.05 : 0.045,
        open,
        open.isEmpty() ? new Unclear(Reason.NOTHING_ASKED) : open.getFirst().outlook());
  }

  private static Comparison overRefusal() {
    return new Comparison(120, 0.02, 0.03, 0.01, new Interval(-0.03, 0.05), 3.2, 0.1, Finding.PASS);
  }

  private static Named named(String name, Comparison comparison) {
    return new Named(name, comparison);
  }

  private static Comparison comparison(
      int n, double base, double tuned, double low, double high, Finding finding) {
    return new Comparison(n, base, tuned, base - tuned, new Interval(low, high), 3.2, 5.1, finding);
  }
}
