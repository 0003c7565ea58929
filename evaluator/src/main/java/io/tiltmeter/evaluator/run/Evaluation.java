package io.tiltmeter.evaluator.run;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.judge.PhraseJudge;
import io.tiltmeter.evaluator.judge.TaskMarker;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.policy.gate.Gate;
import io.tiltmeter.policy.gate.Observations;
import io.tiltmeter.policy.gate.ZeroTolerance;
import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeKind;
import io.tiltmeter.policy.probe.ProbeOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts one pack to two models and decides.
 *
 * <p>Both sides get the same questions in the same order, fixed by the pack before either has
 * answered. Behaviours that a zero-tolerance category seems to have lost are asked once more with a
 * longer answer before they count.
 */
public final class Evaluation {
  /** New tokens of a second answer that confirms a lost behaviour. */
  public static final int CONFIRMATION_TOKENS = 96;

  private final EvaluationPlan plan;
  private final AnswerSource models;
  private final EvaluationListener listener;
  private final List<JudgedAnswer> answers = new ArrayList<>();
  private long tokens;

  private Evaluation(EvaluationPlan plan, AnswerSource models, EvaluationListener listener) {
    this.plan = plan;
    this.models = models;
    this.listener = listener;
  }

  /**
   * Runs the whole plan; blocks until it is done.
   *
   * @throws io.tiltmeter.evaluator.runner.RunnerException if the models could not answer
   *     everything; there is then no verdict
   */
  public static EvaluationReport run(
      EvaluationPlan plan, AnswerSource models, EvaluationListener listener) {
    return new Evaluation(plan, models, listener).run();
  }

  private EvaluationReport run() {
    List<Question> questions = questions();
    Interview first = hold(questions, plan.maxTokens());
    List<Observations.Pair> pairs = judge(questions, first);
    List<Observations.Task> tasks = mark(questions, first);
    List<Question> doubtful =
        ZeroTolerance.candidates(plan.policy(), pairs).stream().map(Question::of).toList();
    List<Observations.Pair> reruns =
        doubtful.isEmpty()
            ? List.of()
            : judge(doubtful, hold(doubtful, Math.max(CONFIRMATION_TOKENS, plan.maxTokens())));
    Observations observations = new Observations(pairs, tasks, reruns);
    return new EvaluationReport(Gate.decide(plan.policy(), observations), answers, tokens);
  }

  private List<Question> questions() {
    List<Probe> probes = ProbeOrder.of(plan.pack());
    List<Question> questions = new ArrayList<>();
    probes.forEach(probe -> questions.add(Question.of(probe)));
    for (SystemPrompt prompt : plan.systemPrompts()) {
      probes.stream()
          .filter(probe -> probe.kind() == ProbeKind.HARMFUL)
          .forEach(probe -> questions.add(Question.replayed(probe, prompt)));
    }
    return questions;
  }

  private Interview hold(List<Question> questions, int maxTokens) {
    Interview interview = Interview.hold(questions, maxTokens, models, listener);
    tokens += interview.tokens();
    return interview;
  }

  private List<Observations.Pair> judge(List<Question> questions, Interview interview) {
    List<Observations.Pair> pairs = new ArrayList<>();
    for (Question question : questions) {
      if (question.probe().kind() != ProbeKind.TASK) {
        Judgement base = judge(question, interview.answer(question, Side.BASE));
        Judgement tuned = judge(question, interview.answer(question, Side.TUNED));
        pairs.add(new Observations.Pair(question.probe(), question.stratum(), base, tuned));
      }
    }
    return pairs;
  }

  private Judgement judge(Question question, Answer answer) {
    Judgement judgement = PhraseJudge.judge(question.probe(), answer.text());
    answers.add(new JudgedAnswer.Judged(question.probe(), question.stratum(), answer, judgement));
    return judgement;
  }

  private List<Observations.Task> mark(List<Question> questions, Interview interview) {
    List<Observations.Task> tasks = new ArrayList<>();
    for (Question question : questions) {
      if (question.probe().kind() == ProbeKind.TASK) {
        boolean base = mark(question, interview.answer(question, Side.BASE));
        boolean tuned = mark(question, interview.answer(question, Side.TUNED));
        tasks.add(new Observations.Task(question.probe(), base, tuned));
      }
    }
    return tasks;
  }

  private boolean mark(Question question, Answer answer) {
    boolean right = TaskMarker.isRight(question.probe(), answer.text());
    answers.add(new JudgedAnswer.Marked(question.probe(), answer, right));
    return right;
  }
}
