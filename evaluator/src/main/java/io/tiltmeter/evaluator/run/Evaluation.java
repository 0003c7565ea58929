package io.tiltmeter.evaluator.run;

import io.tiltmeter.evaluator.decode.Generation.Stopped;
import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.judge.RefusalJudge;
import io.tiltmeter.evaluator.judge.StrongJudge;
import io.tiltmeter.evaluator.judge.TaskMarker;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.policy.gate.Gate;
import io.tiltmeter.policy.gate.Observations;
import io.tiltmeter.policy.gate.Observations.Pair;
import io.tiltmeter.policy.gate.Verdict;
import io.tiltmeter.policy.gate.Verdict.Decision;
import io.tiltmeter.policy.gate.ZeroTolerance;
import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.probe.ProbeKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

  /** The rule of a verdict on a run whose time was over before its end. */
  public static final String BUDGET = "budget";

  /** The rule of a verdict on a screening that saw no block. */
  public static final String SCREENING = "screening";

  private final EvaluationPlan plan;
  private final AnswerSource models;
  private final EvaluationListener listener;
  private final Optional<StrongJudge> strongJudge;
  private final Screen screen;
  private final List<Question> planned;
  private final List<Question> put = new ArrayList<>();
  private final Set<Question> asked = new LinkedHashSet<>();
  private final Map<Question, Pair> pairs = new LinkedHashMap<>();
  private final Map<Question, Pair> longer = new LinkedHashMap<>();
  private final Set<String> cutRefusals = new HashSet<>();
  private final List<Observations.Task> tasks = new ArrayList<>();
  private final List<JudgedAnswer.Written> answers = new ArrayList<>();
  private boolean hasTurned;
  private int answered;
  private long tokens;

  private Evaluation(
      EvaluationPlan plan,
      AnswerSource models,
      EvaluationListener listener,
      Optional<StrongJudge> strongJudge,
      Screening screening) {
    this.plan = plan;
    this.models = models;
    this.listener = listener;
    this.strongJudge = strongJudge.filter(_ -> plan.policy().judge().escalate());
    this.screen = Screen.of(plan, screening, this.strongJudge.isPresent());
    this.planned = Question.all(plan);
  }

  /**
   * Runs the plan, up to its end or to a block that is certain; blocks until that is there. Where
   * the models end it with a {@link BudgetSpentException}, the verdict is inconclusive by the rule
   * {@link #BUDGET}, whatever was answered.
   *
   * @throws io.tiltmeter.evaluator.runner.RunnerException if the models could not answer
   *     everything; there is then no verdict
   */
  public static EvaluationReport run(
      EvaluationPlan plan, AnswerSource models, EvaluationListener listener) {
    return run(plan, models, listener, Optional.empty());
  }

  /**
   * As {@link #run(EvaluationPlan, AnswerSource, EvaluationListener)}, with a stronger judge, if
   * there is one, for answers of a whole run that matter or are in doubt, if the policy escalates.
   * If it cannot be relied on, a pass becomes inconclusive by {@link StrongOpinion#RULE}.
   */
  public static EvaluationReport run(
      EvaluationPlan plan,
      AnswerSource models,
      EvaluationListener listener,
      Optional<StrongJudge> strongJudge) {
    return run(plan, models, listener, strongJudge, Screening.NONE);
  }

  /**
   * As {@link #run(EvaluationPlan, AnswerSource, EvaluationListener, Optional)}; where the
   * screening allows it, answers that would surely be refusals on both sides are not asked for, and
   * count as no change. Only a block or a pass rests on that: a pass that would not bear as many of
   * them being lost as may be wrong, and whatever a person has to decide, is made from all answers.
   */
  public static EvaluationReport run(
      EvaluationPlan plan,
      AnswerSource models,
      EvaluationListener listener,
      Optional<StrongJudge> strongJudge,
      Screening screening) {
    return new Evaluation(plan, models, listener, strongJudge, screening).run();
  }

  /**
   * Looks for a block and for nothing else: asks in rounds, whatever the plan saves, and ends with
   * the first block that is certain. Only e-processes are looked at ({@link Gate#blockSoFar}),
   * after the last round too, and nothing is asked a second time. A run that saw no block is
   * inconclusive by the rule {@link #SCREENING}, and one whose time was over by {@link #BUDGET}: a
   * screening passes nothing.
   *
   * @throws io.tiltmeter.evaluator.runner.RunnerException if the models could not answer; there is
   *     then no verdict
   */
  public static EvaluationReport screen(
      EvaluationPlan plan, AnswerSource models, EvaluationListener listener) {
    return new Evaluation(plan, models, listener, Optional.empty(), Screening.NONE).screen();
  }

  /**
   * The report on a run whose time was over before its end, from what was answered until then: the
   * same whenever it is made, and inconclusive by the rule {@link #BUDGET}. Second answers, which
   * come after the last round, count nowhere.
   *
   * @param given hands over those of the answers that are there, and asks nobody
   */
  public static EvaluationReport unfinished(EvaluationPlan plan, AnswerSource given) {
    Evaluation evaluation =
        new Evaluation(plan, given, (_, _) -> {}, Optional.empty(), Screening.NONE);
    evaluation.rounds().forEach(evaluation::take);
    return evaluation.unfinished();
  }

  private EvaluationReport run() {
    try {
      return decide();
    } catch (BudgetSpentException _) {
      return unfinished();
    }
  }

  private EvaluationReport screen() {
    try {
      for (List<Question> round : Rounds.of(planned)) {
        take(round);
        Optional<Verdict> block = certainBlock();
        if (block.isPresent()) {
          return report(block.get());
        }
      }
      return report(Gate.unfinished(plan.policy(), observations(List.of()), SCREENING));
    } catch (BudgetSpentException _) {
      return unfinished();
    }
  }

  private Optional<Verdict> certainBlock() {
    return Gate.blockSoFar(plan.policy(), observations(List.of()), plan.family());
  }

  /** What was answered last was chosen by length, not by the pack's order: it proves nothing. */
  private EvaluationReport unfinished() {
    return report(Gate.unfinished(plan.policy(), observations(List.of()), BUDGET));
  }

  private List<List<Question>> rounds() {
    return plan.savings().stopsWhenBlocked() || screen.isUsed()
        ? Rounds.of(planned)
        : List.of(planned);
  }

  private EvaluationReport decide() {
    for (List<Question> round : rounds()) {
      take(round);
      if (asked.size() < planned.size()) {
        Optional<Verdict> block = blockSoFar();
        if (block.isPresent()) {
          return report(block.get());
        }
        screen.learn(planned.stream().filter(question -> !asked.contains(question)).toList());
      }
    }
    lookAgain();
    StrongOpinion opinion = strongJudge.map(this::escalate).orElse(null);
    Verdict verdict = verdict();
    return report(opinion == null ? verdict : opinion.under(plan.policy(), verdict)).with(opinion);
  }

  private Optional<Verdict> blockSoFar() {
    return plan.savings().stopsWhenBlocked() ? certainBlock() : Optional.empty();
  }

  private Verdict verdict() {
    Verdict verdict = decided(observations(reruns()));
    String missing = whyNotEnough(verdict);
    if (missing != null) {
      write(missing);
      lookAgain();
      verdict = decided(observations(reruns()));
    }
    return verdict;
  }

  private Verdict decided(Observations observations) {
    return Gate.decide(plan.policy(), observations, RefusalJudge.VERSION);
  }

  /** Why a verdict may not rest on answers that nobody wrote; null where it may or does not. */
  private @Nullable String whyNotEnough(Verdict verdict) {
    if (UnwrittenPairs.among(pairs).isEmpty()) {
      return null;
    }
    return switch (verdict.decision()) {
      case BLOCK -> null;
      case INCONCLUSIVE -> "a person decides on what the models wrote";
      case PASS ->
          decided(observations(screen.doubted(pairs), reruns())).decision() == Decision.PASS
              ? null
              : "so few answers were compared that a pass would hang on what was left out";
    };
  }

  /** Asks both sides, but not for answers that would surely be refusals on both. */
  private void take(List<Question> round) {
    put.addAll(round);
    Map<Question, Pair> sure = screen.sureRefusals(round);
    ask(round.stream().filter(question -> !sure.containsKey(question)).toList());
    List<Question> drawn = screen.drawn(sure.keySet());
    askLonger(drawn);
    Map<Question, Pair> audited = new LinkedHashMap<>();
    drawn.forEach(question -> audited.put(question, longer.get(question)));
    pairs.putAll(sure);
    pairs.putAll(audited);
    asked.addAll(sure.keySet());
    if (sure.size() > drawn.size()) {
      answered += 2 * (sure.size() - drawn.size());
      listener.answered(answered, Math.max(2 * planned.size(), answered));
    }
    if (!screen.audited(audited.values())) {
      hasTurned = true;
      write("an answer that both sides were sure to refuse was no refusal at length");
    }
  }

  /** Asks for what was left out so far, and leaves out nothing more. */
  private void write(String reason) {
    screen.end(reason);
    ask(UnwrittenPairs.among(pairs));
  }

  private void ask(List<Question> questions) {
    if (questions.isEmpty()) {
      return;
    }
    Interview interview = new Interview();
    try {
      hold(interview, questions, plan.maxTokens());
    } finally {
      List<Question> complete = questions.stream().filter(interview::isAnswered).toList();
      pairs.putAll(judge(complete, interview, false));
      tasks.addAll(mark(complete, interview));
      asked.addAll(complete);
      tokens += interview.tokens();
    }
  }

  /** Nothing more is seen of answers that already had as much room. */
  private void lookAgain() {
    if (plan.policy().judge().escalate() && plan.maxTokens() < CONFIRMATION_TOKENS) {
      SecondLook look = new SecondLook(plan, cutRefusals);
      Map<Question, Pair> before = new LinkedHashMap<>(pairs);
      askLonger(look.first(before));
      hasTurned |= look.hasTurned(before, longer);
      if (hasTurned) {
        write("a refusal that both sides gave turned to content at length");
        before.putAll(pairs);
        askLonger(look.rest(before, longer));
      }
      pairs.putAll(longer);
    }
  }

  private void askLonger(List<Question> questions) {
    List<Question> open =
        questions.stream().filter(question -> !longer.containsKey(question)).toList();
    if (!open.isEmpty()) {
      Interview again = new Interview();
      hold(again, open, Math.max(CONFIRMATION_TOKENS, plan.maxTokens()));
      tokens += again.tokens();
      longer.putAll(judge(open, again, true));
    }
  }

  private StrongOpinion escalate(StrongJudge judge) {
    Opinions opinions = new Opinions(pairs, answers);
    Escalation.Result result = new Escalation(judge, plan.pack().digest()).of(opinions.items());
    opinions.change(result.pairs());
    return result.opinion();
  }

  private List<Pair> reruns() {
    List<Question> doubtful =
        ZeroTolerance.candidates(plan.policy(), List.copyOf(pairs.values())).stream()
            .map(Question::of)
            .toList();
    askLonger(doubtful);
    return doubtful.stream().map(longer::get).filter(Objects::nonNull).toList();
  }

  private Observations observations(List<Pair> reruns) {
    return observations(pairs, reruns);
  }

  /** In the order in which they were put, whenever they were judged. */
  private Observations observations(Map<Question, Pair> judged, List<Pair> reruns) {
    List<Pair> seen = put.stream().map(judged::get).filter(Objects::nonNull).toList();
    return new Observations(seen, tasks, reruns, plan.guidance().suspicions());
  }

  private EvaluationReport report(Verdict verdict) {
    List<Question> open = planned.stream().filter(question -> !asked.contains(question)).toList();
    int behaviours = Question.behaviours(planned);
    Extent extent = new Extent(behaviours - Question.behaviours(open), behaviours);
    List<JudgedAnswer> all = UnwrittenPairs.after(answers, pairs.values());
    return new EvaluationReport(
        verdict, all, tokens + screen.tokens(), extent, null, screen.report(pairs));
  }

  private void hold(Interview interview, List<Question> questions, int maxTokens) {
    int before = answered;
    int total = Math.max(2 * planned.size(), before + 2 * questions.size());
    interview.hold(
        questions,
        maxTokens,
        plan::mayCut,
        models,
        (done, _) -> {
          answered = before + done;
          listener.answered(answered, total);
        });
  }

  private Map<Question, Pair> judge(List<Question> questions, Interview interview, boolean again) {
    Map<Question, Pair> judged = new LinkedHashMap<>();
    for (Question question : questions) {
      if (question.probe().kind() != ProbeKind.TASK) {
        Judgement base = judge(question, interview.answer(question, Side.BASE), again);
        Judgement tuned = judge(question, interview.answer(question, Side.TUNED), again);
        judged.put(question, new Pair(question.probe(), question.stratum(), base, tuned));
      }
    }
    return judged;
  }

  private Judgement judge(Question question, Answer answer, boolean again) {
    Judgement said = RefusalJudge.judge(question.probe(), question.read(answer.text()));
    Judgement judgement = again ? SecondLook.atItsLevel(said) : said;
    if (!again) {
      screen.note(question, answer, judgement);
    }
    answers.add(new JudgedAnswer.Judged(question.probe(), question.stratum(), answer, judgement));
    if (judgement.label().isRefusal() && answer.stopped() == Stopped.LENGTH) {
      cutRefusals.add(question.id());
    }
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
