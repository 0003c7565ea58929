package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.evaluator.judge.StrongJudge;
import io.tiltmeter.evaluator.run.BudgetSpentException;
import io.tiltmeter.evaluator.run.Evaluation;
import io.tiltmeter.evaluator.run.EvaluationListener;
import io.tiltmeter.evaluator.run.EvaluationPlan;
import io.tiltmeter.evaluator.run.EvaluationReport;
import io.tiltmeter.evaluator.run.LayoutCheck;
import io.tiltmeter.evaluator.run.Savings;
import io.tiltmeter.evaluator.run.TimeBudget;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.evaluator.runner.RunnerSettings;
import io.tiltmeter.gateway.answercache.BaseAnswers;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobEvent;
import io.tiltmeter.gateway.job.JobFlow;
import io.tiltmeter.gateway.job.JobStore;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.model.PinnedModels;
import io.tiltmeter.gateway.verdict.VerdictView;
import io.tiltmeter.gateway.work.Task;
import io.tiltmeter.gateway.work.WorkItem;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.probe.ProbePack;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the probes to base and tuned model, and decides on the job. */
public final class EvaluationTask implements Task {
  private static final Logger LOG = LoggerFactory.getLogger(EvaluationTask.class);

  private static final JobEvent.Draft SAME =
      JobEvent.Draft.info(
          "The result is the same, byte for byte, as that of an earlier job on the same file; the"
              + " verdict on that one stands");

  private final Database database;
  private final Parts parts;
  private final StrongJudgementStore opinions = new StrongJudgementStore();
  private final Subjects subjects;
  private final Extent extent;
  private final FinalChecks finalChecks;

  /**
   * How much is asked.
   *
   * @param maxTokens cap on new tokens of an answer
   * @param layoutChecks harmful behaviours that the base is asked again in another batch layout
   * @param budget most time, above 0, for loading and asking the models of one evaluation. It
   *     counts over restarts and tries, but for what a try that fails took after it last kept
   *     answers
   */
  public record Extent(int maxTokens, int layoutChecks, Duration budget) {}

  /** What evaluating works with. */
  public record Parts(
      JobStore jobs,
      JobFlow flow,
      WorkStore work,
      EvaluationStore evaluations,
      GateDesk desk,
      PinnedModels models,
      BaseAnswers baseAnswers,
      Optional<StrongJudge> strongJudge) {}

  /**
   * @param settings how models are run; the policy of each job says how they are contained
   */
  public EvaluationTask(Database database, Parts parts, RunnerSettings settings, Extent extent) {
    this.database = database;
    this.parts = parts;
    this.subjects =
        new Subjects(
            database,
            new Subjects.Parts(
                parts.work(),
                parts.evaluations(),
                new ModelProcesses.Models(parts.models(), parts.baseAnswers())),
            settings);
    this.extent = extent;
    this.finalChecks = new FinalChecks(parts.evaluations(), parts.models().artifacts());
  }

  @Override
  public WorkKind kind() {
    return WorkKind.EVALUATE;
  }

  @Override
  public void run(WorkItem item) {
    Job job = parts.jobs().findForStaff(database, item.subject()).orElseThrow();
    if (job.stage() != Stage.EVALUATING) {
      database.transact(sql -> parts.work().finish(sql, item));
      return;
    }
    PinnedModels.Pair pair = pair(job);
    Course course = course(job, pair);
    try (ModelProcesses processes = processes(pair, course, item)) {
      long started = System.nanoTime();
      FinalChecks.Found found = evaluate(course, processes, item);
      VerdictView view =
          VerdictView.of(
              found.checked(), setting(course, found, (System.nanoTime() - started) / 1e9));
      database.transact(sql -> conclude(sql, item, course, found.checked().report(), view));
    }
  }

  private VerdictView.Setting setting(Course course, FinalChecks.Found found, double seconds) {
    return new VerdictView.Setting(
        course.job().policyDigest().toString(),
        course.pack().digest().toString(),
        parts.evaluations().runtime(database, course.evaluation()).orElse(null),
        seconds,
        VerdictView.AttemptView.of(course.evaluation().attempt(), course.policy()),
        found.lineage(),
        found.labels());
  }

  private PinnedModels.Pair pair(Job job) {
    return parts.models().pair(database, job.baseModel(), job.start(), job.pinnedArtifact());
  }

  /**
   * One evaluation on its way.
   *
   * @param policy with the levels of the try that it is
   */
  private record Course(Job job, StoredEvaluation evaluation, Policy policy, ProbePack pack) {}

  private Course course(Job job, PinnedModels.Pair pair) {
    Policy policy = parts.desk().policies().byDigest(database, job.policyDigest());
    ProbePack wanted = parts.desk().packs().of(job.baseModel(), pair.base().digest());
    StoredEvaluation evaluation =
        database.inTransaction(sql -> begin(sql, job, pair.base().digest(), wanted));
    return new Course(
        job,
        evaluation,
        evaluation.attempt().under(policy),
        parts.desk().packs().withDigest(evaluation.packDigest()));
  }

  private StoredEvaluation begin(Sql sql, Job job, Digest base, ProbePack pack) {
    StoredEvaluation begun =
        parts.evaluations().begin(sql, job, base, pack, extent.maxTokens(), Savings.ALL);
    parts.desk().attempts().settle(sql, job, begun);
    parts.strongJudge().ifPresent(judge -> opinions.appoint(sql, begun, judge.name()));
    return parts.evaluations().find(sql, job).orElseThrow();
  }

  private ModelProcesses processes(PinnedModels.Pair pair, Course course, WorkItem item) {
    return subjects.of(
        new Subjects.Subject(course.evaluation(), pair, course.pack(), course.policy(), item));
  }

  /** Where what is there was given in another setting, asks everything again, once. */
  private FinalChecks.Found evaluate(Course course, ModelProcesses processes, WorkItem item) {
    StoredAnswers.Try current = new StoredAnswers.Try(parts.work(), item, new TimeTaken());
    Sources sources =
        new Sources(
            stored(course, current, processes),
            stored(course, current, processes.otherLayout()),
            strongJudge(course, item));
    try {
      return evaluate(course, sources);
    } catch (SettingChangedException e) {
      LOG.warn("{}; all are dropped and asked again", e.getMessage());
      database.transact(
          sql -> {
            parts.work().guard(sql, item);
            parts.evaluations().drop(sql, course.evaluation());
          });
      return evaluate(course, sources);
    }
  }

  /** Whom to ask in one try: both models, the base alone, and a stronger judge. */
  private record Sources(
      AnswerSource both, AnswerSource otherLayout, Optional<StrongJudge> strongJudge) {}

  private FinalChecks.Found evaluate(Course course, Sources sources) {
    EvaluationPlan plan = plan(course);
    LayoutCheck.Checked checked = evaluate(course, plan, sources);
    try {
      return finalChecks.of(database, course.job(), plan, checked, sources.both());
    } catch (BudgetSpentException _) {
      return finalChecks.of(
          database, course.job(), plan, fromWhatIsKept(plan, course), sources.both());
    }
  }

  private LayoutCheck.Checked evaluate(Course course, EvaluationPlan plan, Sources sources) {
    EvaluationReport report =
        Evaluation.run(plan, sources.both(), expecting(course), sources.strongJudge());
    LayoutCheck.Checked checked =
        LayoutCheck.of(plan, report, extent.layoutChecks(), sources.otherLayout());
    return checked.report().isTimeOver() ? fromWhatIsKept(plan, course) : checked;
  }

  private Optional<StrongJudge> strongJudge(Course course, WorkItem item) {
    return KeptOpinions.of(
        database,
        course.evaluation(),
        parts.strongJudge(),
        said ->
            database.transact(
                sql -> {
                  parts.work().guard(sql, item);
                  opinions.keep(sql, course.evaluation(), said);
                }));
  }

  private EvaluationPlan plan(Course course) {
    return new EvaluationPlan(
        course.pack(),
        course.policy(),
        parts.evaluations().guidance(database, course.job(), course.pack().digest()),
        course.evaluation().maxTokens(),
        course.evaluation().savings());
  }

  private EvaluationListener expecting(Course course) {
    int again = LayoutCheck.probes(course.pack(), extent.layoutChecks()).size();
    int[] expected = {0};
    return (_, total) -> {
      if (total != expected[0]) {
        expected[0] = total;
        parts.evaluations().expect(database, course.evaluation(), total + again);
      }
    };
  }

  /** Where the time was over may be between two answers; who decides again knows only these. */
  private LayoutCheck.Checked fromWhatIsKept(EvaluationPlan plan, Course course) {
    AnswersAlone kept = new AnswersAlone(database, parts.evaluations(), course.evaluation());
    return new LayoutCheck.Checked(Evaluation.unfinished(plan, kept), null);
  }

  /** What is stored costs no time: only the models' is counted. */
  private StoredAnswers stored(Course course, StoredAnswers.Try current, AnswerSource models) {
    return new StoredAnswers(
        database,
        parts.evaluations(),
        current,
        course.evaluation(),
        TimeBudget.of(models, extent.budget().minus(course.evaluation().spent())));
  }

  private void conclude(
      Sql sql, WorkItem item, Course course, EvaluationReport report, VerdictView view) {
    parts.work().finish(sql, item);
    Job job = parts.jobs().lock(sql, course.job().id()).orElseThrow();
    if (job.stage() != Stage.EVALUATING) {
      return;
    }
    List<LabelledAnswer> labelled =
        LabelledAnswer.of(report.answers(), course.evaluation().maxTokens());
    parts.evaluations().finish(sql, course.evaluation(), labelled, view);
    if (course.evaluation().sameAs() != null) {
      parts.flow().say(sql, job, SAME);
    }
    parts
        .desk()
        .decisions()
        .apply(
            sql,
            report.verdict(),
            new Decisions.Basis(
                job,
                course.policy(),
                course.pack().header().name(),
                view,
                LabelledAnswer.lost(labelled),
                null));
    sql.afterCommit(
        () ->
            parts
                .desk()
                .observer()
                .evaluated(job.baseModel(), course.pack().header().name(), labelled, view));
  }

  @Override
  public void giveUp(WorkItem item) {
    database.transact(
        sql -> {
          parts.work().finish(sql, item);
          Job job = parts.jobs().lock(sql, item.subject()).orElseThrow();
          parts
              .flow()
              .fail(
                  sql,
                  job,
                  EnumSet.of(Stage.EVALUATING),
                  new Job.Failure(
                      "evaluation_failed",
                      "The fine-tuned model could not be evaluated and is not released. Create the"
                          + " job again; if that ends like this too, give the job's id to whoever"
                          + " runs this service.",
                      null));
        });
  }
}
