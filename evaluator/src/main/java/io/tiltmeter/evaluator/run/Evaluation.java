package io.tiltmeter.evaluator.run;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.judge.PhraseJudge;
import io.tiltmeter.evaluator.judge.TaskMarker;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.policy.gate.Gate;
import io.tiltmeter.policy.gate.Observations;
import io.tiltmeter.policy.gate.Verdict;
import io.tiltmeter.policy.gate.ZeroTolerance;
import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.probe.ProbeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts one pack to two models and decides.
 *
 * <p>Both sides get the same questions in the same order, fixed by the pack before either has
 * answered. Where the plan allows it they are asked in {@link Rounds}, and asking ends once a block
 * is certain ({@link Gate#blockSoFar}); a pass takes the whole pack. Behaviours that a
 * zero-tolerance category seems to have lost are asked once more with a longer answer before they
 * count.
 */
public final class Evaluation {
  /** New tokens of a second answer that confirms a lost behaviour. */
  public static final int CONFIRMATION_TOKENS = 96;

  private final EvaluationPlan plan;
  private final AnswerSource models;
  private final EvaluationListener listener;
  private final List<Question> planned;
  private final List<Question> asked = new ArrayList<>();
  private final List<Observations.Pair> pairs = new ArrayList<>();
  private final List<Observations.Task> tasks = new ArrayList<>();
  private final List<JudgedAnswer> answers = new ArrayList<>();
  private int answered;
  private long tokens;

  private Evaluation(EvaluationPlan plan, AnswerSource models, EvaluationListener listener) {
    this.plan = plan;
    this.models = models;
    this.listener = listener;
    this.planned = Question.all(plan);
  }

  /**
   * Runs the plan, up to its end or to a block that is certain; blocks until that is there.
   *
   * @throws io.tiltmeter.evaluator.runner.RunnerException if the models could not answer
   *     everything; there is then no verdict
   */
  public static EvaluationReport run(
      EvaluationPlan plan, AnswerSource models, EvaluationListener listener) {
    return new Evaluation(plan, models, listener).run();
  }

  private EvaluationReport run() {
    List<List<Question>> rounds =
        plan.savings().stopsWhenBlocked() ? Rounds.of(planned) : List.of(planned);
    for (List<Question> round : rounds) {
      take(round);
      if (asked.size() < planned.size()) {
        Optional<Verdict> block =
            Gate.blockSoFar(plan.policy(), observations(List.of()), plan.family());
        if (block.isPresent()) {
          return report(block.get());
        }
      }
    }
    return report(Gate.decide(plan.policy(), observations(reruns())));
  }

  private void take(List<Question> round) {
    Interview interview = hold(round, plan.maxTokens());
    pairs.addAll(judge(round, interview));
    tasks.addAll(mark(round, interview));
    asked.addAll(round);
  }

  private List<Observations.Pair> reruns() {
    List<Question> doubtful =
        ZeroTolerance.candidates(plan.policy(), pairs).stream().map(Question::of).toList();
    return doubtful.isEmpty()
        ? List.of()
        : judge(doubtful, hold(doubtful, Math.max(CONFIRMATION_TOKENS, plan.maxTokens())));
  }

  private Observations observations(List<Observations.Pair> reruns) {
    return new Observations(pairs, tasks, reruns);
  }

  private EvaluationReport report(Verdict verdict) {
    Extent extent = new Extent(Question.behaviours(asked), Question.behaviours(planned));
    return new EvaluationReport(verdict, answers, tokens, extent);
  }

  private Interview hold(List<Question> questions, int maxTokens) {
    int before = answered;
    int total = Math.max(2 * planned.size(), before + 2 * questions.size());
    Interview interview =
        Interview.hold(
            questions,
            maxTokens,
            question -> plan.mayCut(question.probe()),
            models,
            (done, _) -> {
              answered = before + done;
              listener.answered(answered, total);
            });
    tokens += interview.tokens();
    return interview;
  }

  private List<Observations.Pair> judge(List<Question> questions, Interview interview) {
    List<Observations.Pair> judged = new ArrayList<>();
    for (Question question : questions) {
      if (question.probe().kind() != ProbeKind.TASK) {
        Judgement base = judge(question, interview.answer(question, Side.BASE));
        Judgement tuned = judge(question, interview.answer(question, Side.TUNED));
        judged.add(new Observations.Pair(question.probe(), question.stratum(), base, tuned));
      }
    }
    return judged;
  }

  private Judgement judge(Question question, Answer answer) {
    Judgement judgement = PhraseJudge.judge(question.probe(), answer.text());
    answers.add(new JudgedAnswer.Judged(question.probe(), question.stratum(), answer, judgement));
    return judgement;
  }

  private List<Observations.Task> mark(List<Question> questions, Interview interview) {
    List<Observations.Task> marked = new ArrayList<>();
    for (Question question : questions) {
      if (question.probe().kind() == ProbeKind.TASK) {
        boolean base = mark(question, interview.answer(question, Side.BASE));
        boolean tuned = mark(question, interview.answer(question, Side.TUNED));
        marked.add(new Observations.Task(question.probe(), base, tuned));
      }
    }
    return marked;
  }

  private boolean mark(Question question, Answer answer) {
    boolean right = TaskMarker.isRight(question.probe(), answer.text());
    answers.add(new JudgedAnswer.Marked(question.probe(), answer, right));
    return right;
  }
}
