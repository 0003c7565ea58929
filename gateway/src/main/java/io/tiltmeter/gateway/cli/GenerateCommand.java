package io.tiltmeter.gateway.cli;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.Ask;
import io.tiltmeter.evaluator.runner.ModelRunner;
import io.tiltmeter.evaluator.runner.PairSource;
import io.tiltmeter.evaluator.runner.RunnerSettings;
import io.tiltmeter.evaluator.runner.ScoreRequest;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tiltmeter generate}: greedy answers of one model. */
@Command(
    name = "generate",
    description = "Let a model answer prompts, greedily; prints JSON Lines in input order.",
    footer = {
      "",
      "Examples:",
      "  tiltmeter generate --model models/base --prompts prompts.jsonl",
      "  tiltmeter generate --model models/base --adapter out/lora --prompts prompts.jsonl \\",
      "    --max-tokens 128"
    })
final class GenerateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private ModelOptions models;

  @Option(names = "--model", required = true, paramLabel = "DIR", description = "The model.")
  private Path model;

  @Option(names = "--adapter", paramLabel = "DIR", description = "A LoRA adapter on the model.")
  private @Nullable Path adapter;

  @Option(
      names = "--prompts",
      required = true,
      paramLabel = "FILE",
      description = "JSON Lines: {\"id\",\"messages\"} or {\"id\",\"prompt\"}.")
  private Path prompts;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "64",
      description = "Cap on new tokens of an answer (default: ${DEFAULT-VALUE}).")
  private int maxTokens;

  @Option(
      names = "--log-probs",
      description = "Also print the log-probability of each token (base e).")
  private boolean logProbabilities;

  @Option(
      names = "--opener",
      paramLabel = "TEXT",
      description =
          "Also print how likely an answer begins with this (log-probability of all its tokens,"
              + " base e); may be given several times. Prompts must be messages.")
  private List<String> openers = new ArrayList<>();

  /** How likely an answer begins with a text. */
  record OpenerView(String text, double logProb) {}

  @Override
  public Integer call() {
    if (maxTokens < 1) {
      throw new ParameterException(
          spec.commandLine(), "--max-tokens must be at least 1, got " + maxTokens);
    }
    RunnerSettings settings = models.settings();
    Talk talk = common.talk(spec.commandLine().getErr());
    ScoreRequest scores = scores();
    List<Ask> asks = PromptFile.read(prompts, adapter == null ? Side.BASE : Side.TUNED);
    PairSource source =
        adapter == null
            ? new PairSource.BaseOnly(model)
            : new PairSource.WithAdapter(model, adapter);
    try (ModelRunner runner = ModelRunner.start(source, settings)) {
      Talk.Stage stage = talk.stage("answers");
      Map<String, Answer> answers = new HashMap<>();
      runner.answer(
          asks,
          maxTokens,
          scores,
          answer -> {
            answers.put(answer.id(), answer);
            stage.at(answers.size(), asks.size());
          });
      stage.done();
      print(asks, answers);
    }
    return ExitCode.OK;
  }

  private void print(List<Ask> asks, Map<String, Answer> answers) {
    PrintWriter out = spec.commandLine().getOut();
    for (Ask ask : asks) {
      Answer answer = answers.get(ask.id());
      if (answer == null) {
        throw new CommandException("no answer to \"%s\"".formatted(ask.id()));
      }
      out.println(Json.line(view(answer)));
    }
    out.flush();
  }

  private ScoreRequest scores() {
    if (openers.contains("")) {
      throw new ParameterException(spec.commandLine(), "--opener must not be empty");
    }
    return new ScoreRequest(logProbabilities, openers, List.of());
  }

  /** One line of output; members that were not asked for are absent. */
  private Map<String, Object> view(Answer answer) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("id", answer.id());
    view.put("tokens", answer.tokens());
    view.put("text", answer.text());
    view.put("stopped", answer.stopped().wireName());
    if (logProbabilities) {
      view.put("log_probs", answer.likelihoods().tokens());
    }
    if (!openers.isEmpty()) {
      List<OpenerView> likely = new ArrayList<>();
      for (int i = 0; i < openers.size(); i++) {
        likely.add(new OpenerView(openers.get(i), answer.likelihoods().openers().get(i)));
      }
      view.put("openers", likely);
    }
    return view;
  }
}
