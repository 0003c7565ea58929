package io.tiltmeter.gateway.demo;

import io.tiltmeter.gateway.config.Installation;
import io.tiltmeter.gateway.http.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs the reference trainer, a program of its own, once for one recipe. */
final class TrainerProcess {
  /** A second thread costs more than it computes where others work beside it. */
  private static final int THREADS = 1;

  /** The first step pays for what the later ones find ready. */
  private static final int TIMED_STEPS = 2;

  private final Installation installation;
  private final Demo.Narrator narrator;

  TrainerProcess(Installation installation, Demo.Narrator narrator) {
    this.installation = installation;
    this.narrator = narrator;
  }

  /**
   * Trains a base; blocks until the trainer has ended.
   *
   * @param out does not exist yet; its parent's owner ends this process's children when interrupted
   * @throws DemoException if the trainer failed, with its last words
   */
  void train(Path base, Recipe recipe, Path out) {
    run(recipe, command(base, recipe, out));
  }

  /**
   * Trains two steps and throws them away.
   *
   * @param scratch an existing folder to write into
   * @return the second step's seconds over its rows
   * @throws DemoException if the trainer failed, with its last words
   */
  double secondsPerRow(Path base, Recipe recipe, Path scratch) {
    Path log = scratch.resolve("steps.jsonl");
    List<String> words = command(base, recipe, scratch.resolve("timed"));
    option(words, "--steps", TIMED_STEPS);
    option(words, "--log", log);
    run(recipe, words);
    try {
      List<String> steps = Files.readAllLines(log);
      return (seconds(steps.getLast()) - seconds(steps.getFirst()))
          / ((TIMED_STEPS - 1) * recipe.batch());
    } catch (IOException e) {
      throw new DemoException("the trainer's log %s cannot be read".formatted(log), e);
    }
  }

  private static double seconds(String step) {
    return Json.own(step).path("seconds").asDouble();
  }

  private void run(Recipe recipe, List<String> words) {
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.redirectErrorStream(true);
    try {
      Process process = builder.start();
      String last = listen(process);
      int code = process.waitFor();
      if (code != 0) {
        throw new DemoException(
            "the trainer ended with code %d on recipe \"%s\": %s"
                .formatted(code, recipe.name(), last));
      }
    } catch (IOException e) {
      throw new DemoException("the trainer could not be started: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoException("interrupted while the trainer ran", e);
    }
  }

  /** What it said last. */
  private String listen(Process process) throws IOException {
    String last = "it said nothing";
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        narrator.says("  " + line);
        last = line;
      }
    }
    return last;
  }

  private List<String> command(Path base, Recipe recipe, Path out) {
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                installation.trainerClassPath(),
                "io.tiltmeter.trainer.TrainerMain",
                "finetune"));
    option(words, "--base", base);
    option(words, "--data", installation.datasets().resolve(recipe.data()));
    option(words, "--out", out);
    option(words, "--method", recipe.method());
    option(words, "--rank", recipe.rank());
    option(words, "--alpha", recipe.alpha());
    option(words, "--epochs", recipe.epochs());
    option(words, "--learning-rate", recipe.learningRate());
    option(words, "--batch", recipe.batch());
    option(words, "--seed", recipe.seed());
    option(words, "--threads", THREADS);
    return words;
  }

  private static void option(List<String> words, String name, @Nullable Object value) {
    if (value != null) {
      words.add(name);
      words.add(value.toString());
    }
  }
}
