package io.tiltmeter.gateway.cli;

import io.tiltmeter.dashboards.verdict.VerdictTable;
import io.tiltmeter.evaluator.run.Evaluation;
import io.tiltmeter.evaluator.run.EvaluationPlan;
import io.tiltmeter.evaluator.run.EvaluationReport;
import io.tiltmeter.evaluator.run.SystemPrompt;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.evaluator.runner.ModelRunner;
import io.tiltmeter.evaluator.runner.PairSource;
import io.tiltmeter.evaluator.runner.RunnerSettings;
import io.tiltmeter.gateway.answercache.AnswerSetting;
import io.tiltmeter.gateway.answercache.CachedAnswers;
import io.tiltmeter.gateway.verdict.VerdictView;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.probe.ProbePack;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** {@code tiltmeter evaluate}: a base and a tuned model through the gate, offline. */
@Command(
    name = "evaluate",
    description = "Put a probe pack to a base and a tuned model and decide whether to release.",
    footer = {
      "",
      "Examples:",
      "  tiltmeter evaluate --base models/base --adapter out/lora \\",
      "    --pack fixtures/packs/core-en --policy fixtures/policies/default.yaml",
      "  tiltmeter evaluate --base models/base --tuned out/model --pack pack.yaml \\",
      "    --policy policy.yaml --json --answers answers.jsonl"
    })
final class EvaluateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private ModelOptions models;

  @Option(names = "--base", required = true, paramLabel = "DIR", description = "The base model.")
  private Path base;

  @ArgGroup(multiplicity = "1")
  private TunedModel tuned;

  @Option(names = "--pack", required = true, paramLabel = "FILE", description = "The probe pack.")
  private Path pack;

  @Option(names = "--policy", required = true, paramLabel = "FILE", description = "The policy.")
  private Path policy;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "64",
      description = "Cap on new tokens of an answer (default: ${DEFAULT-VALUE}).")
  private int maxTokens;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "Keep the base's answers here, and ask it only what is not there yet.")
  private @Nullable Path cache;

  @Option(
      names = "--answers",
      paramLabel = "FILE",
      description = "Write every answer and its judgement as JSON Lines.")
  private @Nullable Path answers;

  @Option(
      names = "--system-prompts",
      paramLabel = "FILE",
      description = "Run the harmful probes also under each of these system prompts.")
  private @Nullable Path systemPrompts;

  /** Exactly one kind of tuned model. */
  static final class TunedModel {
    @Option(names = "--tuned", paramLabel = "DIR", description = "The tuned model, whole.")
    private @Nullable Path directory;

    @Option(names = "--adapter", paramLabel = "DIR", description = "A LoRA adapter on the base.")
    private @Nullable Path adapter;

    PairSource on(Path base) {
      if (adapter != null) {
        return new PairSource.WithAdapter(base, adapter);
      }
      if (directory != null) {
        return new PairSource.TwoModels(base, directory);
      }
      throw new IllegalStateException("the options ask for exactly one of the two");
    }
  }

  /** How the cache was used, in answers of the base. */
  record CacheView(int hits, int misses) {}

  /** Where answers come from: from the models, or through a cache before them. */
  private record Answers(AnswerSource answers, @Nullable CachedAnswers cached)
      implements AutoCloseable {

    static Answers of(ModelRunner runner, @Nullable Path folder, PairSource pair, int batch) {
      if (folder == null) {
        return new Answers(runner, null);
      }
      AnswerSetting setting = AnswerSetting.of(pair, runner.runtime(), batch);
      CachedAnswers cached = CachedAnswers.open(folder, setting, runner);
      return new Answers(cached, cached);
    }

    @Nullable CacheView cache() {
      return cached == null ? null : new CacheView(cached.hits(), cached.misses());
    }

    @Override
    public void close() {
      if (cached != null) {
        cached.close();
      }
    }
  }

  @Override
  public Integer call() {
    if (maxTokens < 1) {
      throw new ParameterException(
          spec.commandLine(), "--max-tokens must be at least 1, got " + maxTokens);
    }
    if (answers != null) {
      WholeFile.requirePlace(answers);
    }
    Talk talk = common.talk(spec.commandLine().getErr());
    ProbePack probes = Inputs.pack(pack);
    Inputs.EffectivePolicy rules = Inputs.policy(policy, probes);
    List<SystemPrompt> replays =
        systemPrompts == null ? List.of() : Inputs.systemPrompts(systemPrompts);
    EvaluationPlan plan = new EvaluationPlan(probes, rules.policy(), replays, maxTokens);
    long started = System.nanoTime();
    try (ModelRunner runner = start(rules.policy(), talk);
        Answers source = Answers.of(runner, cache, tuned.on(base), models.settings().batch())) {
      Talk.Stage stage = talk.stage("answers");
      EvaluationReport report = Evaluation.run(plan, source.answers(), stage::at);
      stage.done();
      report(
          report,
          new VerdictView.Setting(
              rules.digest().toString(),
              probes.digest().toString(),
              runner.runtime(),
              (System.nanoTime() - started) / 1e9),
          source.cache());
      return ExitCode.of(report.verdict().decision());
    }
  }

  private ModelRunner start(Policy rules, Talk talk) {
    RunnerSettings settings = models.settings();
    ModelRunner runner = ModelRunner.start(tuned.on(base), settings);
    talk.say(
        "models run on %s, ONNX Runtime %s, %d threads; contained by %s"
            .formatted(
                runner.runtime().provider(),
                runner.runtime().version(),
                runner.runtime().threads(),
                runner.runtime().containment()));
    if (!runner.runtime().isContained()) {
      talk.warn("nothing contains the models; install bubblewrap");
    }
    if (rules.runtime().sandbox() != settings.sandbox()) {
      talk.say(
          "sandbox: %s (offline default), the policy says %s for the gateway; change with --sandbox"
              .formatted(
                  settings.sandbox().name().toLowerCase(Locale.ROOT),
                  rules.runtime().sandbox().name().toLowerCase(Locale.ROOT)));
    }
    return runner;
  }

  private void report(
      EvaluationReport report, VerdictView.Setting setting, @Nullable CacheView cached) {
    PrintWriter out = spec.commandLine().getOut();
    if (common.json()) {
      ObjectNode verdict = Json.MAPPER.valueToTree(VerdictView.of(report, setting));
      if (cached != null) {
        verdict.set("cache", Json.MAPPER.valueToTree(cached));
      }
      out.println(Json.line(verdict));
    } else {
      VerdictTable.lines(report.verdict()).forEach(out::println);
      out.println(
          "%,d tokens in %.1f s; policy %s, pack %s"
              .formatted(
                  report.tokens(),
                  setting.seconds(),
                  setting.policyDigest(),
                  setting.packDigest()));
      if (cached != null) {
        out.println(
            "%,d answers of the base came from the cache, %,d from the model"
                .formatted(cached.hits(), cached.misses()));
      }
    }
    out.flush();
    if (answers != null) {
      WholeFile.write(
          answers, report.answers().stream().map(AnswerView::of).map(Json::line).toList());
    }
  }
}
