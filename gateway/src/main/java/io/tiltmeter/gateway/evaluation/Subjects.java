package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.evaluator.runner.ModelRunner.RuntimeFacts;
import io.tiltmeter.evaluator.runner.RunnerSettings;
import io.tiltmeter.gateway.answercache.AnswerSetting;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.model.PinnedModels;
import io.tiltmeter.gateway.work.WorkItem;
import io.tiltmeter.gateway.work.WorkStore;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.probe.ProbePack;

/** Gets the models of evaluations ready to be asked. */
final class Subjects {
  private final Database database;
  private final Parts parts;
  private final RunnerSettings settings;

  /** Where models are, and where it is noted what they run on. */
  record Parts(WorkStore work, EvaluationStore evaluations, ModelProcesses.Models models) {}

  /**
   * @param settings how models are run; a policy says how they are contained
   */
  Subjects(Database database, Parts parts, RunnerSettings settings) {
    this.database = database;
    this.parts = parts;
    this.settings = settings;
  }

  /** What is asked of which models, under which lease. */
  record Subject(
      StoredEvaluation evaluation,
      PinnedModels.Pair pair,
      ProbePack pack,
      Policy policy,
      WorkItem item) {}

  /**
   * The models of an evaluation; each starts when it is first asked, and throws a {@link
   * SettingChangedException} then if the answers that are there were given in another setting.
   */
  ModelProcesses of(Subject subject) {
    return new ModelProcesses(
        parts.models(),
        subject.pair(),
        settings.withSandbox(subject.policy().runtime().sandbox()),
        subject.pack(),
        facts -> settle(subject, facts));
  }

  /** The same for both sides, whose tokens the base's files make. */
  private void settle(Subject subject, RuntimeFacts facts) {
    AnswerSetting setting =
        AnswerSetting.of(subject.pair().base().manifest(), facts, settings.batch());
    boolean alike =
        database.inTransaction(
            sql -> {
              parts.work().guard(sql, subject.item());
              return parts.evaluations().settle(sql, subject.evaluation(), setting, facts);
            });
    if (!alike) {
      throw new SettingChangedException(subject.evaluation().jobId(), facts);
    }
  }
}
