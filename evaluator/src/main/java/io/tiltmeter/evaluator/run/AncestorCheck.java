package io.tiltmeter.evaluator.run;

import io.tiltmeter.evaluator.decode.Generation.Stopped;
import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.judge.RefusalJudge;
import io.tiltmeter.evaluator.run.JudgedAnswer.Judged;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.policy.gate.Ancestry;
import io.tiltmeter.policy.gate.Ancestry.Loss;
import io.tiltmeter.policy.gate.Observations;
import io.tiltmeter.policy.gate.Observations.Pair;
import io.tiltmeter.policy.gate.Verdict.Decision;
import io.tiltmeter.policy.gate.ZeroTolerance;
import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.judgement.Label;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Holds a tuned model of a lineage against its ancestors where no lost behaviour is tolerated: one
 * that any of them refused on every paraphrase, and the tuned model complied with on every one and
 * again with a longer answer, blocks whatever the root does.
 *
 * <p>Ancestors are not run: what they answered at their own evaluations counts. The tuned model is
 * asked again where that was not done already.
 */
public final class AncestorCheck {
  private final EvaluationPlan plan;
  private final EvaluationReport report;
  private final List<Probe> probes;
  private final Map<String, Judged> first = new HashMap<>();
  private final Map<String, Judged> second = new HashMap<>();
  private final List<JudgedAnswer.Written> asked = new ArrayList<>();

  private AncestorCheck(EvaluationPlan plan, EvaluationReport report) {
    this.plan = plan;
    this.report = report;
    this.probes = probes(plan);
    report.answers().forEach(this::note);
  }

  /**
   * What an ancestor answered as the tuned model of its own evaluation, by the probes' ids.
   *
   * @param answers with the cap of the plan, to all probes of categories without tolerance
   * @param longer those that it was asked for again with more room
   */
  public record Ancestor(String name, Map<String, Answer> answers, Map<String, Answer> longer) {
    public Ancestor {
      answers = Map.copyOf(answers);
      longer = Map.copyOf(longer);
    }
  }

  /**
   * A report after its check.
   *
   * @param losses by the names of the ancestors against which there is one
   */
  public record Checked(EvaluationReport report, Map<String, Loss> losses) {
    public Checked {
      losses = Map.copyOf(losses);
    }
  }

  /**
   * The probes that an ancestor must have answered to be compared with: none where all is
   * tolerated.
   */
  public static List<Probe> probes(EvaluationPlan plan) {
    return ProbeOrder.of(plan.pack()).stream()
        .filter(probe -> ZeroTolerance.concerns(plan.policy(), probe))
        .toList();
  }

  /**
   * Checks a report; the verdict can only become stricter. One that is a block already, that came
   * before everything was asked, or that no difference between models can move is not checked.
   *
   * @param ancestors in the order in which they are named, the first that shows a loss decides
   * @param models asks the tuned model
   * @throws BudgetSpentException if the time is over
   */
  public static Checked of(
      EvaluationPlan plan, EvaluationReport report, List<Ancestor> ancestors, AnswerSource models) {
    boolean settled =
        report.verdict().decision() == Decision.BLOCK
            || report.isTimeOver()
            || report.verdict().rule().equals(LayoutCheck.RULE);
    return settled
        ? new Checked(report, Map.of())
        : new AncestorCheck(plan, report).check(ancestors, models);
  }

  /** The last answer of two is the longer one; a stronger judge may have changed its label. */
  private void note(JudgedAnswer answer) {
    if (answer instanceof Judged judged
        && judged.answer().side() == Side.TUNED
        && judged.stratum().equals(Observations.PACK)) {
      String id = judged.probe().id();
      (first.containsKey(id) ? second : first).put(id, judged);
    }
  }

  private Checked check(List<Ancestor> ancestors, AnswerSource models) {
    Map<Ancestor, List<Pair>> pairs = new LinkedHashMap<>();
    ancestors.forEach(ancestor -> pairs.put(ancestor, pairs(ancestor)));
    Set<Probe> doubtful = new LinkedHashSet<>();
    pairs.values().forEach(seen -> doubtful.addAll(ZeroTolerance.candidates(plan.policy(), seen)));
    askAgain(doubtful, models);
    Map<String, Loss> losses = new LinkedHashMap<>();
    pairs.forEach(
        (ancestor, seen) ->
            Ancestry.loss(plan.policy(), new Observations(seen, List.of(), reruns(ancestor, seen)))
                .ifPresent(loss -> losses.put(ancestor.name(), loss)));
    return new Checked(decided(losses), losses);
  }

  private EvaluationReport decided(Map<String, Loss> losses) {
    EvaluationReport decided = report.with(asked);
    for (boolean confirmed : new boolean[] {true, false}) {
      for (Loss loss : losses.values()) {
        if (loss.isConfirmed() == confirmed) {
          return decided.decided(loss.on(decided.verdict()));
        }
      }
    }
    return decided;
  }

  private List<Pair> pairs(Ancestor ancestor) {
    List<Pair> pairs = new ArrayList<>();
    for (Probe probe : probes) {
      pairs.add(pair(probe, judge(probe, ancestor.answers().get(probe.id())), tuned(probe)));
    }
    return pairs;
  }

  private static Pair pair(Probe probe, Judgement before, Judgement after) {
    return new Pair(probe, Observations.PACK, before, after);
  }

  private Judgement tuned(Probe probe) {
    Judged judged = second.getOrDefault(probe.id(), first.get(probe.id()));
    if (judged == null) {
      return unknown();
    }
    Judgement judgement = judged.judgement();
    // An answer that was ended early may have left the judge less sure than all of it would have.
    return judged.answer().stopped() == Stopped.DECIDED && judgement.label() == Label.COMPLIED
        ? new Judgement(Label.COMPLIED, judgement.level(), 1, judgement.reason())
        : judgement;
  }

  private void askAgain(Set<Probe> doubtful, AnswerSource models) {
    Map<String, Probe> open = new LinkedHashMap<>();
    doubtful.stream()
        .filter(probe -> !second.containsKey(probe.id()))
        .forEach(probe -> open.put(probe.id(), probe));
    if (open.isEmpty()) {
      return;
    }
    models.answer(
        open.values().stream().map(probe -> Question.of(probe).ask(Side.TUNED, false)).toList(),
        Math.max(Evaluation.CONFIRMATION_TOKENS, plan.maxTokens()),
        answer -> {
          Probe probe = open.get(answer.id());
          if (probe == null) {
            throw new IllegalStateException("the tuned model answered what it was not asked again");
          }
          Judgement judgement = SecondLook.atItsLevel(judge(probe, answer));
          Judged judged = new Judged(probe, Observations.PACK, answer, judgement);
          second.put(probe.id(), judged);
          asked.add(judged);
        });
  }

  private List<Pair> reruns(Ancestor ancestor, List<Pair> seen) {
    return ZeroTolerance.candidates(plan.policy(), seen).stream()
        .map(
            probe -> {
              Judged again = second.get(probe.id());
              Judgement after = again == null ? unknown() : again.judgement();
              return pair(probe, longer(ancestor, probe), after);
            })
        .toList();
  }

  /**
   * An answer that ended by itself is the same with more room; of one that was cut nothing is
   * known.
   */
  private Judgement longer(Ancestor ancestor, Probe probe) {
    Answer longer = ancestor.longer().get(probe.id());
    Answer answer = ancestor.answers().get(probe.id());
    boolean whole =
        answer != null
            && (answer.stopped() == Stopped.EOS
                || plan.maxTokens() >= Evaluation.CONFIRMATION_TOKENS);
    return judge(probe, longer == null && whole ? answer : longer);
  }

  private static Judgement judge(Probe probe, @Nullable Answer answer) {
    return answer == null ? unknown() : RefusalJudge.judge(probe, answer.text());
  }

  private static Judgement unknown() {
    return new Judgement(Label.UNDECIDED, "L3", 0, "not answered");
  }
}
