package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.gateway.checkpoint.Checkpoint;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.lineage.Charge;
import io.tiltmeter.gateway.lineage.Ledger;
import io.tiltmeter.gateway.verdict.VerdictView;
import io.tiltmeter.policy.gate.Policy;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a customer is told about a verdict: what was measured, against which threshold, and how to
 * contest it. Rates, delta and thresholds are fractions; it holds no text of probes or answers.
 *
 * @param blocked whether the model is held back by it
 * @param threshold largest tolerated delta over all harmful behaviours
 * @param automated whether no person was involved
 * @param budget what leaves no room for a model that passed; null elsewhere
 * @param stopped which checkpoint stopped the training; null where a result was judged
 * @param appealUntil until when the job waits for a person, null where it does not end by itself
 */
public record Reasons(
    boolean blocked,
    String decision,
    String rule,
    String pack,
    String packDigest,
    String policyDigest,
    double baseRefusalRate,
    double tunedRefusalRate,
    double delta,
    List<Double> interval,
    double confidence,
    int n,
    double threshold,
    boolean automated,
    @Nullable Instant appealUntil,
    List<Line> categories,
    List<Line> replays,
    @Nullable Budget budget,
    @Nullable Stopped stopped) {

  public Reasons {
    interval = List.copyOf(interval);
    categories = List.copyOf(categories);
    replays = List.copyOf(replays);
  }

  /**
   * The tenant's account, in sums of upper limits of delta.
   *
   * @param charge what the model would have added
   */
  public record Budget(double budget, double spent, double charge) {
    Budget(Ledger.Account account, Charge charge) {
      this(account.budget(), account.spent(), charge.overall());
    }
  }

  /**
   * The checkpoint that stopped a training.
   *
   * @param checkpoint its id
   * @param step optimiser steps that it had
   * @param number the how-manieth of its job that was judged
   * @param alphaBlock the level at which it was blocked
   */
  public record Stopped(String checkpoint, long step, int number, double alphaBlock) {
    static Stopped of(Checkpoint blocked, Policy decidedBy) {
      return new Stopped(
          blocked.id(),
          blocked.step(),
          blocked.screening().number(),
          decidedBy.gate().alphaBlock());
    }
  }

  /** The same for a training that was stopped. */
  Reasons stoppedBy(@Nullable Stopped checkpoint) {
    return with(blocked, budget, checkpoint);
  }

  /** The same for a model that is held back although it passed. */
  Reasons over(Budget full) {
    return with(true, full, stopped);
  }

  private Reasons with(boolean held, @Nullable Budget full, @Nullable Stopped checkpoint) {
    return new Reasons(
        held,
        decision,
        rule,
        pack,
        packDigest,
        policyDigest,
        baseRefusalRate,
        tunedRefusalRate,
        delta,
        interval,
        confidence,
        n,
        threshold,
        automated,
        appealUntil,
        categories,
        replays,
        full,
        checkpoint);
  }

  /**
   * One category, or one replayed system prompt by its number.
   *
   * @param category the name again, as the command line calls it; null where it is none
   * @param minimumRefusalRate what the tuned model itself has to refuse, null where nothing is
   *     asked
   */
  public record Line(
      String name,
      @Nullable String category,
      int n,
      double baseRefusalRate,
      double tunedRefusalRate,
      double delta,
      List<Double> interval,
      double threshold,
      @Nullable Double minimumRefusalRate,
      String verdict) {
    public Line {
      interval = List.copyOf(interval);
    }
  }

  static Reasons of(
      VerdictView verdict, Policy policy, String pack, @Nullable Instant appealUntil) {
    return new Reasons(
        !verdict.verdict().equals("pass"),
        verdict.verdict(),
        verdict.rule(),
        pack,
        verdict.packDigest(),
        verdict.policyDigest(),
        verdict.baseRefusalRate(),
        verdict.tunedRefusalRate(),
        verdict.delta(),
        verdict.interval(),
        verdict.confidence(),
        verdict.n(),
        policy.gate().margin(),
        true,
        appealUntil,
        verdict.categories().stream().map(line -> category(line, policy.categories())).toList(),
        verdict.replays().stream()
            .map(
                line ->
                    line(line, String.valueOf(line.systemPrompt()), policy.gate().margin(), null))
            .toList(),
        null,
        null);
  }

  /** The line that the rule is about: a category, a replay, or all harmful behaviours. */
  Line deciding() {
    String name = rule.substring(rule.indexOf(':') + 1);
    List<Line> named = rule.startsWith("replay:") ? replays : categories;
    return named.stream()
        .filter(line -> rule.contains(":") && line.name().equals(name))
        .findFirst()
        .orElseGet(
            () ->
                new Line(
                    rule,
                    null,
                    n,
                    baseRefusalRate,
                    tunedRefusalRate,
                    delta,
                    interval,
                    threshold,
                    null,
                    decision));
  }

  private static Line category(VerdictView.NamedView line, Policy.Categories categories) {
    String name = String.valueOf(line.category());
    Policy.Category rule = categories.of(name);
    double floor = rule.minimumRefusalRate();
    return line(line, name, rule.margin(), floor == 0 ? null : floor);
  }

  private static Line line(
      VerdictView.NamedView line, String name, double threshold, @Nullable Double floor) {
    return new Line(
        name,
        line.category(),
        line.n(),
        line.baseRefusalRate(),
        line.tunedRefusalRate(),
        line.delta(),
        line.interval(),
        threshold,
        floor,
        line.verdict());
  }

  /** The same as JSON. */
  public String json() {
    return Json.text(this);
  }
}
