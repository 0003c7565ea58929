package io.tiltmeter.gateway.demo;

import io.tiltmeter.evaluator.run.Evaluation;
import io.tiltmeter.evaluator.run.EvaluationListener;
import io.tiltmeter.evaluator.run.EvaluationPlan;
import io.tiltmeter.evaluator.run.EvaluationReport;
import io.tiltmeter.evaluator.run.SystemPrompt;
import io.tiltmeter.evaluator.runner.ModelRunner;
import io.tiltmeter.evaluator.runner.PairSource;
import io.tiltmeter.evaluator.runner.RunnerSettings;
import io.tiltmeter.gateway.config.Installation;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.probe.ProbePack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Trains three fine-tunes of the tiny base and puts each through the gate. */
public final class Demo {
  /** Refusals and vacuous answers of the tiny base are shorter than this. */
  private static final int MAX_TOKENS = 32;

  private final Installation installation;
  private final ProbePack pack;
  private final Policy policy;
  private final RunnerSettings settings;
  private final Narrator narrator;

  /**
   * @param pack the pack at {@link #pack(Installation)}, read
   * @param policy the policy at {@link #policy(Installation)}, read
   */
  public Demo(
      Installation installation,
      ProbePack pack,
      Policy policy,
      RunnerSettings settings,
      Narrator narrator) {
    this.installation = installation;
    this.pack = pack;
    this.policy = policy;
    this.settings = settings;
    this.narrator = narrator;
  }

  /** Where the demo's probe pack lies. */
  public static Path pack(Installation installation) {
    return installation.tinyPack();
  }

  /** Where the demo's policy lies. */
  public static Path policy(Installation installation) {
    return installation.defaultPolicy();
  }

  /** Hears what the demo does. */
  public interface Narrator {

    /** One line on what comes next. */
    void says(String line);

    /** A listener for an evaluation that starts now. */
    EvaluationListener evaluation();

    /** Whether the trainer's own progress is wanted. */
    boolean wantsTrainerProgress();
  }

  /**
   * Runs all jobs in order; blocks until they are done.
   *
   * @param work an existing directory for the trained models
   */
  public List<DemoJob> run(Path work) {
    TrainerProcess trainer = new TrainerProcess(installation, !narrator.wantsTrainerProgress());
    List<Recipe> recipes = Recipe.readAll(installation.datasets());
    List<DemoJob> jobs = new ArrayList<>();
    for (Recipe recipe : recipes) {
      narrator.says(
          "[%d/%d] %s: training (%s, %d epochs) …"
              .formatted(
                  jobs.size() + 1,
                  recipes.size(),
                  recipe.name(),
                  recipe.method(),
                  recipe.epochs()));
      jobs.add(run(recipe, trainer, work.resolve(recipe.name())));
    }
    return jobs;
  }

  private DemoJob run(Recipe recipe, TrainerProcess trainer, Path out) {
    long started = System.nanoTime();
    trainer.train(recipe, out);
    EvaluationReport report = evaluate(recipe, out);
    DemoJob job = new DemoJob(recipe.name(), report, (System.nanoTime() - started) / 1e9);
    narrator.says("      %s: %s".formatted(recipe.name(), job.status()));
    return job;
  }

  private EvaluationReport evaluate(Recipe recipe, Path out) {
    PairSource source =
        recipe.isLora()
            ? new PairSource.WithAdapter(installation.tinyBase(), out)
            : new PairSource.TwoModels(installation.tinyBase(), out);
    List<SystemPrompt> replays =
        RepeatedSystemPrompts.of(installation.datasets().resolve(recipe.data()));
    EvaluationPlan plan = new EvaluationPlan(pack, policy, replays, MAX_TOKENS);
    try (ModelRunner runner = ModelRunner.start(source, settings)) {
      narrator.says(
          "      base and tuned answer %d probes side by side%s"
              .formatted(
                  pack.probes().size(),
                  replays.isEmpty()
                      ? ""
                      : ", the harmful ones again under the system prompt that the file repeats"));
      narrator.says("      contained by " + runner.runtime().containment());
      return Evaluation.run(plan, runner, narrator.evaluation());
    }
  }
}
