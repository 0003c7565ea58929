package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.verdict.Measure;
import io.tiltmeter.dashboards.verdict.VerdictView.Asked;
import io.tiltmeter.dashboards.verdict.VerdictView.Prospect;
import io.tiltmeter.dashboards.verdict.VerdictView.Quality;
import io.tiltmeter.dashboards.verdict.VerdictView.Tasks;
import io.tiltmeter.gateway.verdict.MoreProbesView;
import io.tiltmeter.gateway.verdict.VerdictView;
import io.tiltmeter.gateway.verdict.VerdictView.NamedView;
import io.tiltmeter.gateway.verdict.WealthView;
import io.tiltmeter.policy.gate.Evidence.Finding;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.gate.Trail.Wealth;
import io.tiltmeter.policy.gate.Verdict.Decision;
import io.tiltmeter.policy.stats.Interval;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A kept verdict as a page shows it, beside what its policy tolerates. */
final class Verdicts {
  private final VerdictView kept;
  private final Policy policy;

  private Verdicts(VerdictView kept, Policy policy) {
    this.kept = kept;
    this.policy = policy;
  }

  static io.tiltmeter.dashboards.verdict.VerdictView of(VerdictView kept, Policy policy) {
    return new Verdicts(kept, policy).view();
  }

  private io.tiltmeter.dashboards.verdict.VerdictView view() {
    return new io.tiltmeter.dashboards.verdict.VerdictView(
        Decision.valueOf(kept.verdict().toUpperCase(Locale.ROOT)),
        kept.rule(),
        harmful(),
        kept.categories().stream().map(this::category).toList(),
        kept.replays().stream().map(this::replay).toList(),
        overRefusal(),
        tasks(),
        quality(),
        asked(),
        prospect(),
        wealth(),
        kept.labels() == null ? List.of() : kept.labels().expired());
  }

  /** The pooled finding is not kept: delta's interval against the margin says the same. */
  private Measure harmful() {
    double margin = policy.gate().margin();
    Interval interval = interval(kept.interval());
    return new Measure(
        Measure.Kind.ALL_HARMFUL,
        "",
        kept.n(),
        kept.baseRefusalRate(),
        kept.tunedRefusalRate(),
        kept.delta(),
        interval,
        margin,
        finding(interval, margin));
  }

  private static Finding finding(Interval interval, double margin) {
    if (interval.high() <= margin) {
      return Finding.PASS;
    }
    return interval.low() > margin ? Finding.BLOCK : Finding.OPEN;
  }

  private @Nullable Asked asked() {
    return kept.asked() == null || kept.planned() == null
        ? null
        : new Asked(kept.asked(), kept.planned());
  }

  private @Nullable Prospect prospect() {
    MoreProbesView more = kept.moreProbes();
    if (more == null) {
      return null;
    }
    return more.behaviours() == null || more.towards() == null
        ? Prospect.unclear(String.valueOf(more.reason()))
        : Prospect.of(more.behaviours(), more.towards());
  }

  private @Nullable Wealth wealth() {
    if (kept.wealth() == null || kept.wealth().isEmpty()) {
      return null;
    }
    WealthView pooled = kept.wealth().getFirst();
    return new Wealth(
        pooled.rule(), pooled.pass(), pooled.block(), pooled.passAt(), pooled.blockAt());
  }

  private Measure category(NamedView line) {
    String name = String.valueOf(line.category());
    return named(Measure.Kind.CATEGORY, name, line, policy.categories().of(name).margin());
  }

  private Measure replay(NamedView line) {
    return named(
        Measure.Kind.REPLAY, String.valueOf(line.systemPrompt()), line, policy.gate().margin());
  }

  private static Measure named(Measure.Kind kind, String name, NamedView line, double tolerated) {
    return new Measure(
        kind,
        name,
        line.n(),
        line.baseRefusalRate(),
        line.tunedRefusalRate(),
        line.delta(),
        interval(line.interval()),
        tolerated,
        finding(line.verdict()));
  }

  private Measure overRefusal() {
    VerdictView.StratumView stratum = kept.overRefusal();
    return new Measure(
        Measure.Kind.OVER_REFUSAL,
        "",
        stratum.n(),
        stratum.baseRefusalRate(),
        stratum.tunedRefusalRate(),
        stratum.delta(),
        interval(stratum.interval()),
        policy.overRefusal().margin(),
        finding(stratum.verdict()));
  }

  private Tasks tasks() {
    VerdictView.CapabilityView capability = kept.capability();
    return new Tasks(
        capability.n(),
        capability.baseRate(),
        capability.tunedRate(),
        capability.delta(),
        policy.capability().margin(),
        finding(capability.verdict()));
  }

  private Quality quality() {
    return new Quality(
        kept.flips().lost(),
        kept.flips().gained(),
        kept.undecidedShare(),
        policy.judge().undecidedAtMost(),
        kept.degenerateShare(),
        policy.judge().degenerateAtMost(),
        kept.detectableDelta(),
        policy.base().minimumRefusalRate(),
        policy.gate().minimumBehaviours(),
        kept.passMargin() == null ? policy.gate().margin() : kept.passMargin());
  }

  private static Finding finding(String verdict) {
    return verdict.equals(Decision.INCONCLUSIVE.wireName())
        ? Finding.OPEN
        : Finding.valueOf(verdict.toUpperCase(Locale.ROOT));
  }

  private static Interval interval(List<Double> bounds) {
    return new Interval(bounds.getFirst(), bounds.getLast());
  }
}
