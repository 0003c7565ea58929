package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.evaluator.remote.EachSide;
import io.tiltmeter.evaluator.run.LayoutCheck;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.evaluator.runner.Ask;
import io.tiltmeter.evaluator.runner.InGroups;
import io.tiltmeter.evaluator.runner.LazyRunner;
import io.tiltmeter.evaluator.runner.ModelRunner;
import io.tiltmeter.evaluator.runner.ModelRunner.RuntimeFacts;
import io.tiltmeter.evaluator.runner.PairSource;
import io.tiltmeter.evaluator.runner.RunnerException;
import io.tiltmeter.evaluator.runner.RunnerSettings;
import io.tiltmeter.gateway.answercache.BaseAnswers;
import io.tiltmeter.gateway.model.PinnedModels;
import io.tiltmeter.policy.probe.ProbePack;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The models of one evaluation, each in a process of its own that starts when it is first needed.
 *
 * <p>The base's answers serve other customers too, so no customer's model may be near while it
 * gives them: a hostile one that broke out of the runtime could forge them. Not thread-safe.
 */
final class ModelProcesses implements AnswerSource, AutoCloseable {
  private final Models models;
  private final PinnedModels.Pair pair;
  private final RunnerSettings settings;
  private final Set<Ask.Input> probes;
  private final Consumer<RuntimeFacts> settled;
  private final LazyRunner base = new LazyRunner(this::startBase);
  private final LazyRunner tuned = new LazyRunner(this::startTuned);

  /** Where models are, and what bases answered before. */
  record Models(PinnedModels pinned, BaseAnswers answers) {}

  /**
   * @param settled hears what each model runs on before it is asked, and throws where nothing may
   *     be asked of it
   */
  ModelProcesses(
      Models models,
      PinnedModels.Pair pair,
      RunnerSettings settings,
      ProbePack pack,
      Consumer<RuntimeFacts> settled) {
    this.models = models;
    this.pair = pair;
    this.settings = settings;
    this.settled = settled;
    this.probes =
        pack.probes().stream()
            .map(probe -> new Ask.Input.Chat(probe.messages()))
            .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public void answer(List<Ask> asks, int maxTokens, Consumer<Answer> sink) {
    EachSide.of(inBatchesOf(settings.batch(), base), this::answerAsTuned)
        .answer(asks, maxTokens, sink);
  }

  private void answerAsTuned(List<Ask> asks, int maxTokens, Consumer<Answer> sink) {
    if (!asks.isEmpty()) {
      settled.accept(tuned.requireRuntime());
      tuned.answer(asks, maxTokens, sink);
    }
  }

  /** The base alone, in small batches. */
  AnswerSource otherLayout() {
    int together = LayoutCheck.together(settings.batch());
    return inBatchesOf(together, new InGroups(base, together));
  }

  private AnswerSource inBatchesOf(int rows, AnswerSource asked) {
    return (asks, maxTokens, sink) -> answerAsBase(rows, asked, asks, maxTokens, sink);
  }

  private void answerAsBase(
      int rows, AnswerSource source, List<Ask> asks, int maxTokens, Consumer<Answer> sink) {
    if (!asks.isEmpty()) {
      RuntimeFacts runtime = models.answers().runtime(run()).orElseGet(base::requireRuntime);
      settled.accept(runtime);
      BaseAnswers.Subject subject =
          new BaseAnswers.Subject(pair.base().manifest(), probes, runtime, rows);
      int asked = models.answers().answer(subject, source, asks, maxTokens, sink);
      if (asked == 0) {
        // Nothing else may need it, and the tuned model needs memory.
        base.end();
      }
    }
  }

  private BaseAnswers.Run run() {
    return new BaseAnswers.Run(pair.base().digest(), settings.execution());
  }

  private ModelRunner startBase() {
    ModelRunner runner = start(pair.baseSource());
    return alike(runner, models.answers().runsOn(run(), runner.runtime()));
  }

  private ModelRunner startTuned() {
    ModelRunner runner = start(pair.tunedSource());
    return alike(runner, models.answers().runtime(run()));
  }

  private ModelRunner start(PairSource source) {
    models.pinned().requireIntact(pair);
    return ModelRunner.start(source, settings);
  }

  /** Answers that came about in different ways must not be compared. */
  private static ModelRunner alike(ModelRunner runner, Optional<RuntimeFacts> known) {
    if (known.isPresent() && !known.get().computesLike(runner.runtime())) {
      runner.close();
      throw new RunnerException(
          "the base ran on %s, now a model runs on %s; both sides need the same, restart the gateway if the machine has changed"
              .formatted(describe(known.get()), describe(runner.runtime())));
    }
    return runner;
  }

  private static String describe(RuntimeFacts facts) {
    return "%s with %d threads, weights %s"
        .formatted(facts.provider(), facts.threads(), facts.weights());
  }

  @Override
  public void close() {
    try (base) {
      tuned.close();
    }
  }
}
