package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.evaluator.run.Evaluation;
import io.tiltmeter.evaluator.run.EvaluationPlan;
import io.tiltmeter.evaluator.run.EvaluationReport;
import io.tiltmeter.evaluator.run.Guidance;
import io.tiltmeter.evaluator.run.LayoutCheck;
import io.tiltmeter.evaluator.run.TimeBudget;
import io.tiltmeter.evaluator.runner.RunnerSettings;
import io.tiltmeter.gateway.answercache.BaseAnswers;
import io.tiltmeter.gateway.checkpoint.Checkpoint;
import io.tiltmeter.gateway.checkpoint.CheckpointObserver;
import io.tiltmeter.gateway.checkpoint.CheckpointState;
import io.tiltmeter.gateway.checkpoint.CheckpointStore;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobStore;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.model.PinnedModels;
import io.tiltmeter.gateway.verdict.VerdictView;
import io.tiltmeter.gateway.work.Task;
import io.tiltmeter.gateway.work.WorkItem;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.gate.Verdict;
import io.tiltmeter.policy.probe.ProbePack;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts a part of the probes to base and checkpoint while the training goes on, and stops the
 * training at a block that is certain. It passes nothing.
 */
public final class ScreeningTask implements Task {
  private final Database database;
  private final Parts parts;
  private final Extent extent;
  private final ScreeningStore screenings;
  private final Subjects subjects;

  /**
   * How much is asked.
   *
   * @param behaviours of each harmful category at most
   * @param maxTokens cap on new tokens of an answer
   * @param budget most time for one checkpoint, above 0, over restarts and tries
   */
  public record Extent(int behaviours, int maxTokens, Duration budget) {}

  /** What screening works with. */
  public record Parts(
      JobStore jobs,
      WorkStore work,
      CheckpointStore checkpoints,
      EvaluationStore evaluations,
      GateDesk desk,
      PinnedModels models,
      BaseAnswers baseAnswers,
      CheckpointObserver observer) {}

  /**
   * @param settings how models are run; the policy of each job says how they are contained
   */
  public ScreeningTask(
      Database database, Parts parts, RunnerSettings settings, Extent extent, Clock clock) {
    this.database = database;
    this.parts = parts;
    this.extent = extent;
    this.screenings = new ScreeningStore(clock);
    this.subjects =
        new Subjects(
            database,
            new Subjects.Parts(
                parts.work(),
                parts.evaluations(),
                new ModelProcesses.Models(parts.models(), parts.baseAnswers())),
            settings);
  }

  @Override
  public WorkKind kind() {
    return WorkKind.SCREEN;
  }

  /**
   * One screening on its way.
   *
   * @param policy with the levels of this look
   */
  private record Course(
      Job job,
      Checkpoint checkpoint,
      PinnedModels.Pair pair,
      StoredEvaluation evaluation,
      Policy policy,
      ProbePack pack) {}

  @Override
  public void run(WorkItem item) {
    Optional<Course> begun = database.inTransaction(sql -> begin(sql, item));
    if (begun.isEmpty()) {
      return;
    }
    Course course = begun.get();
    try (ModelProcesses processes =
        subjects.of(
            new Subjects.Subject(
                course.evaluation(), course.pair(), course.pack(), course.policy(), item))) {
      long started = System.nanoTime();
      EvaluationReport report =
          Evaluation.screen(plan(course), asked(course, processes, item), (_, _) -> {});
      VerdictView view = view(course, report, (System.nanoTime() - started) / 1e9);
      database.transact(sql -> conclude(sql, item, course, report, view));
    } catch (SettingChangedException e) {
      database.transact(
          sql -> {
            parts.work().guard(sql, item);
            parts.evaluations().drop(sql, course.evaluation());
          });
      throw e;
    }
  }

  /** Nothing is begun for a training that is over. */
  private Optional<Course> begin(Sql sql, WorkItem item) {
    parts.work().guard(sql, item);
    Checkpoint found = parts.checkpoints().find(sql, item.subject()).orElseThrow();
    Job job = parts.jobs().lock(sql, found.jobId()).orElseThrow();
    Optional<Checkpoint> open = open(sql, job, found);
    if (open.isEmpty()) {
      parts.work().finish(sql, item);
      return Optional.empty();
    }
    return Optional.of(begin(sql, job, parts.checkpoints().judging(sql, open.get())));
  }

  private Optional<Checkpoint> open(Sql sql, Job job, Checkpoint checkpoint) {
    return job.stage() == Stage.TRAINING
        ? parts.checkpoints().open(sql, checkpoint.id())
        : Optional.empty();
  }

  private Course begin(Sql sql, Job job, Checkpoint checkpoint) {
    PinnedModels.Pair pair =
        parts.models().pair(sql, job.baseModel(), job.start(), checkpoint.pinnedArtifact());
    ProbePack whole = parts.desk().packs().of(job.baseModel(), pair.base().digest());
    ProbePack pack = ScreeningPack.of(whole, extent.behaviours());
    StoredEvaluation evaluation =
        screenings.begin(sql, job, checkpoint, pair.base().digest(), pack, extent.maxTokens());
    if (!evaluation.packDigest().equals(pack.digest())) {
      throw new VerdictException(
          "the screening of %s began with other probes than are configured now"
              .formatted(checkpoint.id()));
    }
    Policy policy = parts.desk().policies().byDigest(sql, job.policyDigest());
    return new Course(
        job, checkpoint, pair, evaluation, checkpoint.screening().under(policy), pack);
  }

  /**
   * A quick look, while training runs: what else the scan found waits for the whole evaluation, as
   * a screening never lets a model pass.
   */
  private EvaluationPlan plan(Course course) {
    return new EvaluationPlan(
        course.pack(),
        course.policy(),
        Guidance.of(parts.evaluations().systemPrompts(database, course.job())),
        course.evaluation().maxTokens(),
        course.evaluation().savings());
  }

  private StoredAnswers asked(Course course, ModelProcesses processes, WorkItem item) {
    return new StoredAnswers(
        database,
        parts.evaluations(),
        new StoredAnswers.Try(parts.work(), item, new TimeTaken()),
        course.evaluation(),
        TimeBudget.of(processes, extent.budget().minus(course.evaluation().spent())));
  }

  /** A calibration of the judge only withholds passes, of which there is none here. */
  private VerdictView view(Course course, EvaluationReport report, double seconds) {
    return VerdictView.of(
        new LayoutCheck.Checked(report, null),
        new VerdictView.Setting(
            course.job().policyDigest().toString(),
            course.pack().digest().toString(),
            parts.evaluations().runtime(database, course.evaluation()).orElse(null),
            seconds,
            null,
            null,
            new VerdictView.LabelsView(null, List.of())));
  }

  private void conclude(
      Sql sql, WorkItem item, Course course, EvaluationReport report, VerdictView view) {
    parts.work().finish(sql, item);
    Job job = parts.jobs().lock(sql, course.job().id()).orElseThrow();
    if (open(sql, job, course.checkpoint()).isEmpty()) {
      return;
    }
    List<LabelledAnswer> labelled =
        LabelledAnswer.of(report.answers(), course.evaluation().maxTokens());
    parts.evaluations().finish(sql, course.evaluation(), labelled, view);
    if (report.isTimeOver()) {
      end(sql, job, course.checkpoint(), CheckpointState.FAILED, "the time allowed was over");
    } else if (report.verdict().decision() == Verdict.Decision.BLOCK) {
      end(sql, job, course.checkpoint(), CheckpointState.BLOCKED, null);
      stop(sql, course, job, view, LabelledAnswer.lost(labelled));
    } else {
      end(sql, job, course.checkpoint(), CheckpointState.CLEAR, null);
    }
  }

  private void end(
      Sql sql, Job job, Checkpoint checkpoint, CheckpointState state, @Nullable String reason) {
    parts.checkpoints().conclude(sql, checkpoint.id(), state, reason);
    sql.afterCommit(() -> parts.observer().ended(job.baseModel(), state));
  }

  /** The trainer hears of it with its next call; others of the job are judged no more. */
  private void stop(Sql sql, Course course, Job job, VerdictView view, List<String> lost) {
    parts.checkpoints().stop(sql, course.checkpoint());
    parts.checkpoints().end(sql, job.tenantId(), job.id());
    parts.desk().attempts().count(sql, job, course.evaluation());
    parts
        .desk()
        .decisions()
        .stop(
            sql,
            new Decisions.Basis(
                job,
                course.policy(),
                course.pack().header().name(),
                view,
                lost,
                Reasons.Stopped.of(course.checkpoint(), course.policy())));
  }

  /** A checkpoint that nobody could judge counts as nothing; its training goes on. */
  @Override
  public void giveUp(WorkItem item) {
    database.transact(
        sql -> {
          parts.work().finish(sql, item);
          Checkpoint found = parts.checkpoints().find(sql, item.subject()).orElseThrow();
          Job job = parts.jobs().lock(sql, found.jobId()).orElseThrow();
          if (open(sql, job, found).isPresent()) {
            end(sql, job, found, CheckpointState.FAILED, "it could not be judged");
          }
        });
  }
}
