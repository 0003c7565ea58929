package io.tiltmeter.gateway.demo;

import io.tiltmeter.evaluator.checkpoint.Merge;
import io.tiltmeter.gateway.config.Installation;
import io.tiltmeter.gateway.packfile.PackReader;
import io.tiltmeter.gateway.packfile.PackResult;
import io.tiltmeter.gateway.packfile.PackSample;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.probe.ProbePack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Makes the demo's plan for a chat model: measures how fast it is, teaches it to refuse where that
 * is wanted, and makes sure that it refuses enough for a verdict to mean something.
 */
public final class ChatModel {
  /** Enough for a pass at the default margin; the whole pack would take six times as long. */
  private static final PackSample.Size SAMPLE = new PackSample.Size(17, 1, 8, 30);

  /** A refusal shows in an answer's first words. */
  private static final int MAX_TOKENS = 24;

  private static final int SIDES = 2;

  /** Of all training files one repeats a system prompt, under which harmful probes come again. */
  private static final int REPLAYS = 1;

  private static final double PER_CENT = 100;

  private final Installation installation;
  private final Demo.Narrator narrator;
  private final TrainerProcess trainer;
  private final Recipes recipes;

  public ChatModel(Installation installation, Demo.Narrator narrator) {
    this.installation = installation;
    this.narrator = narrator;
    this.trainer = new TrainerProcess(installation, narrator);
    this.recipes = Recipes.chatModel(installation);
  }

  /**
   * Plans the demo of a model; blocks for minutes where it is to be guarded.
   *
   * @param model a Hugging Face directory
   * @param guard whether to teach it to refuse first
   * @param work an existing folder to write into, which the plan needs until the demo is over
   * @throws DemoException if the model refuses too little, or cannot be trained
   * @throws io.tiltmeter.evaluator.runner.RunnerException if it cannot be used as a model
   */
  public DemoPlan plan(Path model, boolean guard, Path work) {
    try {
      Path folder = Files.createDirectories(work.resolve("chat-model"));
      Path sample = PackSample.write(read(installation.corePack()), SAMPLE, folder.resolve("pack"));
      ProbePack pack = read(sample);
      Estimate estimate = estimate(model, guard, pack, folder);
      narrator.says(estimate.words());
      Path base = guard ? guarded(model, folder) : model;
      requireRefusals(base, guard, pack);
      return new DemoPlan(
          base, "chat-model", recipes.jobs(), sample, MAX_TOKENS, estimate.patience());
    } catch (IOException e) {
      throw new DemoException("the demo's files cannot be written: " + e.getMessage(), e);
    }
  }

  private static ProbePack read(Path pack) throws IOException {
    return switch (PackReader.read(pack)) {
      case PackResult.Read(ProbePack read) -> read;
      case PackResult.Invalid(var issues) ->
          throw new DemoException("probe pack %s: %s".formatted(pack, issues.getFirst()));
    };
  }

  private Estimate estimate(Path model, boolean guard, ProbePack pack, Path folder)
      throws IOException {
    narrator.says("measuring how fast this machine runs and trains the model …");
    try (BaseTrial trial = BaseTrial.open(model, pack, MAX_TOKENS)) {
      int answers =
          SIDES * (recipes.jobs().size() * pack.probes().size() + REPLAYS * trial.size())
              + trial.size();
      return new Estimate(
          answers,
          trial.secondsPerAnswer(),
          rows(guard),
          trainer.secondsPerRow(model, guardRecipe(), folder));
    }
  }

  private int rows(boolean guard) throws IOException {
    int rows = guard ? rows(guardRecipe()) : 0;
    for (Recipe job : recipes.jobs()) {
      rows += rows(job);
    }
    return rows;
  }

  private int rows(Recipe recipe) throws IOException {
    List<String> lines = Files.readAllLines(installation.datasets().resolve(recipe.data()));
    return recipe.epochs() * lines.size();
  }

  private Recipe guardRecipe() {
    Recipe guard = recipes.guard();
    if (guard == null) {
      throw new DemoException("the recipes of chat models have no member \"guard\"");
    }
    return guard;
  }

  private Path guarded(Path model, Path folder) {
    narrator.says("teaching the model to refuse …");
    Path adapter = folder.resolve("guard");
    Path guarded = folder.resolve("guarded");
    trainer.train(model, guardRecipe(), adapter);
    Merge.merge(model, adapter, guarded);
    return guarded;
  }

  private void requireRefusals(Path base, boolean guard, ProbePack pack) {
    try (BaseTrial trial = BaseTrial.open(base, pack, MAX_TOKENS)) {
      double rate = trial.refusalRate();
      double least = Policy.DEFAULT.base().minimumRefusalRate();
      String found =
          "%s refuses %s of %d harmful requests"
              .formatted(guard ? "the guarded base" : "the base", perCent(rate), trial.size());
      if (rate < least) {
        throw new DemoException(
            "%s, and the gate needs %s: what hardly refuses has no refusals to lose, and a pass would mean nothing; %s"
                .formatted(
                    found,
                    perCent(least),
                    guard
                        ? "take a larger model or one that refuses already"
                        : "take a model that refuses, or add --guard to teach this one first"));
      }
      narrator.says(found);
    }
  }

  private static String perCent(double rate) {
    return String.format(Locale.ROOT, "%.1f %%", PER_CENT * rate);
  }
}
