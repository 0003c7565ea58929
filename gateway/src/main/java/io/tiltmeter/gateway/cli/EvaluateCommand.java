package io.tiltmeter.gateway.cli;

import io.tiltmeter.evaluator.run.EvaluationPlan;
import io.tiltmeter.evaluator.run.EvaluationReport;
import io.tiltmeter.evaluator.run.Guidance;
import io.tiltmeter.evaluator.run.LayoutCheck;
import io.tiltmeter.evaluator.run.Savings;
import io.tiltmeter.evaluator.run.Screening;
import io.tiltmeter.evaluator.run.SystemPrompt;
import io.tiltmeter.evaluator.run.TimeBudget;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.evaluator.runner.ModelRunner.RuntimeFacts;
import io.tiltmeter.evaluator.runner.RunnerSettings;
import io.tiltmeter.gateway.verdict.VerdictView;
import io.tiltmeter.policy.gate.Expiry;
import io.tiltmeter.policy.gate.JudgedWith;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.gate.Verdict;
import io.tiltmeter.policy.probe.ProbePack;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
      "  tiltmeter evaluate --base-url http://localhost:8000/v1 --base-name base \\",
      "    --tuned-url http://localhost:8000/v1 --tuned-name tuned --pack pack.yaml \\",
      "    --policy policy.yaml"
    })
final class EvaluateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private ModelOptions models;

  @Mixin private PairOptions pair;
  @Mixin private JudgeOptions judge;

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
      names = "--ask-all",
      description = "Ask every probe, also when a block is certain before.")
  private boolean askAll;

  @Option(
      names = "--budget",
      paramLabel = "SECONDS",
      description =
          "Most time for loading and asking; where it is over first, the verdict is inconclusive.")
  private @Nullable Long budget;

  @Option(
      names = "--whole-answers",
      description = "Let models on this machine answer to the end, also where the label is clear.")
  private boolean wholeAnswers;

  @Option(
      names = "--screen",
      description =
          "Do not ask for answers that both models would surely begin as refusals, once this run has"
              + " shown that the judge agrees; a tenth of them is asked for all the same.")
  private boolean screen;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "Keep the base's answers here, and ask it only what is not there yet.")
  private @Nullable Path cache;

  @Option(
      names = "--layout-checks",
      paramLabel = "N",
      defaultValue = "" + LayoutCheck.BEHAVIOURS,
      description =
          "Harmful probes that the base is asked again, in small batches (default: ${DEFAULT-VALUE}).")
  private int layoutChecks;

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

  @Option(
      names = "--scan",
      paramLabel = "FILE",
      description =
          "Try what scan --json found in the training data: codes, triggers, system prompts,"
              + " categories.")
  private @Nullable Path scan;

  @Override
  public Integer call() {
    requireAtLeast("--max-tokens", 1, maxTokens);
    requireAtLeast("--layout-checks", 0, layoutChecks);
    if (budget != null) {
      requireAtLeast("--budget", 1, budget);
    }
    if (answers != null) {
      WholeFile.requirePlace(answers);
    }
    Talk talk = common.talk(spec.commandLine().getErr());
    ProbePack probes = Inputs.pack(pack);
    Inputs.EffectivePolicy rules = Inputs.policy(policy, probes);
    Guidance guidance = guidance(probes);
    long started = System.nanoTime();
    try (AskedPair asked = start(rules.policy(), talk);
        AnswerCache kept = AnswerCache.of(asked, cache, models.settings());
        JudgeOptions.Opened strong = judge.open()) {
      // Servers answer whole, and both sides must answer alike.
      boolean cuts = !wholeAnswers && asked.source() != null;
      EvaluationPlan plan =
          new EvaluationPlan(
              probes, rules.policy(), guidance, maxTokens, new Savings(!askAll, cuts));
      AskedMeter meter = AskedMeter.start(plan, inTime(kept.models(), started), talk);
      EvaluationReport report = strong.run(plan, meter, meter, screening(asked, started));
      meter.done();
      LayoutCheck.Checked checked =
          LayoutCheck.of(plan, report, layoutChecks, inTime(kept.otherLayout(), started));
      return conclude(checked, rules, probes, asked, started, kept.use());
    }
  }

  /** Reports what was found, and says how it ended. */
  private int conclude(
      LayoutCheck.Checked checked,
      Inputs.EffectivePolicy rules,
      ProbePack probes,
      AskedPair asked,
      long started,
      AnswerCache.@Nullable Use cached) {
    JudgedWith labels = asked.judgedWith();
    List<Expiry> expired = Expiry.of(rules.policy(), labels);
    Verdict verdict = Expiry.withheld(checked.report().verdict(), expired);
    report(
        new LayoutCheck.Checked(checked.report().decided(verdict), checked.agreement()),
        new VerdictView.Setting(
            rules.digest().toString(),
            probes.digest().toString(),
            asked.runtime(),
            (System.nanoTime() - started) / 1e9,
            null,
            null,
            new VerdictView.LabelsView(labels.tokenizer(), expired)),
        cached);
    return ExitCode.of(verdict.decision());
  }

  private Guidance guidance(ProbePack probes) {
    List<SystemPrompt> prompts =
        systemPrompts == null ? List.of() : Inputs.systemPrompts(systemPrompts);
    return scan == null ? Guidance.of(prompts) : ScanFile.guidance(scan, prompts, probes.digest());
  }

  private void requireAtLeast(String option, long least, long value) {
    if (value < least) {
      throw new ParameterException(
          spec.commandLine(), "%s must be at least %d, got %d".formatted(option, least, value));
    }
  }

  private AnswerSource inTime(AnswerSource source, long started) {
    return budget == null ? source : TimeBudget.of(source, left(budget, started));
  }

  private Screening screening(AskedPair asked, long started) {
    if (!screen) {
      return Screening.NONE;
    }
    return cache == null
        ? asked.screening(
            models -> budget == null ? models : TimeBudget.scoring(models, left(budget, started)))
        : new Screening.Impossible("a cache keeps answers of the base without likelihoods");
  }

  private static Duration left(long budget, long started) {
    return Duration.ofSeconds(budget).minusNanos(System.nanoTime() - started);
  }

  private AskedPair start(Policy rules, Talk talk) {
    RunnerSettings settings = models.settings();
    AskedPair asked = pair.open(settings, cache != null);
    RuntimeFacts facts = asked.runtime();
    if (!asked.isLocal()) {
      talk.say("models run on servers; nothing is known of what they run on");
      return asked;
    }
    talk.say(
        "models run on %s, ONNX Runtime %s, %d threads, weights in %s, graph %s; contained by %s"
            .formatted(
                facts.provider(),
                facts.version(),
                facts.threads(),
                facts.weights(),
                facts.graph(),
                facts.containment()));
    if (!settings.execution().weights().mayRelease()) {
      talk.warn("this weight format moves refusal rates by points; release by fp32 alone");
    }
    if (!facts.isContained()) {
      talk.warn("nothing contains the models; install bubblewrap");
    }
    if (rules.runtime().sandbox() != settings.sandbox()) {
      talk.say(
          "sandbox: %s (offline default), the policy says %s for the gateway; change with --sandbox"
              .formatted(
                  settings.sandbox().name().toLowerCase(Locale.ROOT),
                  rules.runtime().sandbox().name().toLowerCase(Locale.ROOT)));
    }
    return asked;
  }

  private void report(
      LayoutCheck.Checked checked, VerdictView.Setting setting, AnswerCache.@Nullable Use cached) {
    PrintWriter out = spec.commandLine().getOut();
    if (common.json()) {
      ObjectNode verdict = Json.MAPPER.valueToTree(VerdictView.of(checked, setting));
      if (checked.report().screened() != null) {
        verdict.set("screen", Json.MAPPER.valueToTree(checked.report().screened()));
      }
      if (cached != null) {
        verdict.set("cache", Json.MAPPER.valueToTree(cached));
      }
      out.println(Json.line(verdict));
    } else {
      EvaluationTable.lines(checked, setting, cached).forEach(out::println);
    }
    out.flush();
    if (answers != null) {
      WholeFile.write(
          answers,
          checked.report().answers().stream().map(AnswerView::of).map(Json::line).toList());
    }
  }
}
