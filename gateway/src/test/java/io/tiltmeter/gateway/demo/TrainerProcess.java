package io.tiltmeter.gateway.demo;

import io.tiltmeter.gateway.config.Installation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs the reference trainer, a program of its own, once for one recipe. */
final class TrainerProcess {
  /** At the tiny base's size a second thread costs more than it computes. */
  private static final int THREADS = 1;

  private final Installation installation;
  private final boolean quiet;

  TrainerProcess(Installation installation, boolean quiet) {
    this.installation = installation;
    this.quiet = quiet;
  }

  /**
   * Trains the tiny base; blocks until the trainer has ended.
   *
   * @param out does not exist yet; its parent's owner ends this process's children when interrupted
   * @throws DemoException if the trainer failed; its own words are on standard error
   */
  void train(Recipe recipe, Path out) {
    ProcessBuilder builder = new ProcessBuilder(command(recipe, out));
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(
        quiet ? ProcessBuilder.Redirect.DISCARD : ProcessBuilder.Redirect.INHERIT);
    try {
      int code = builder.start().waitFor();
      if (code != 0) {
        throw new DemoException(
            "the trainer ended with code %d on recipe \"%s\"".formatted(code, recipe.name()));
      }
    } catch (IOException e) {
      throw new DemoException("the trainer could not be started: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoException("interrupted while the trainer ran", e);
    }
  }

  private List<String> command(Recipe recipe, Path out) {
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
    option(words, "--base", installation.tinyBase());
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
