package io.tiltmeter.gateway.cli;

import io.tiltmeter.evaluator.onnx.Provider;
import io.tiltmeter.evaluator.onnx.WeightFormat;
import io.tiltmeter.evaluator.runner.RunnerSettings;
import io.tiltmeter.policy.gate.Policy.Sandbox;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of commands that run models. */
final class ModelOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of one forward pass (default: all cores).")
  private @Nullable Integer threads;

  @Option(
      names = "--provider",
      paramLabel = "NAME",
      defaultValue = "auto",
      description = "auto, cpu, cuda or tensorrt (default: ${DEFAULT-VALUE}).")
  private Provider provider;

  @Option(
      names = "--weights",
      paramLabel = "FORMAT",
      defaultValue = "fp32",
      description = {
        "fp32 (the reference), int8-blocks (fast for few rows) or int8-rows (fast for many)",
        "(default: ${DEFAULT-VALUE})."
      })
  private WeightFormat weights;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "64",
      description = "Rows of one forward pass (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--sandbox",
      paramLabel = "MODE",
      description = "required, preferred or off (default: preferred).")
  private @Nullable Sandbox sandbox;

  @Option(
      names = "--allow-onnx",
      description = "Also run ONNX exports of Optimum, vetted, and only where they are contained.")
  private boolean exports;

  /**
   * The settings that these options mean.
   *
   * @throws ParameterException if one is out of range
   */
  RunnerSettings settings() {
    int cores = threads == null ? RunnerSettings.DEFAULT.threads() : threads;
    if (cores < 1 || batch < 1) {
      throw new ParameterException(
          spec.commandLine(),
          "--threads and --batch must be at least 1, got %d and %d".formatted(cores, batch));
    }
    RunnerSettings settings =
        RunnerSettings.DEFAULT
            .withThreads(cores)
            .withBatch(batch)
            .withProvider(provider)
            .withWeights(weights);
    if (!exports) {
      return settings.withSandbox(sandbox == null ? Sandbox.PREFERRED : sandbox);
    }
    if (sandbox != null && sandbox != Sandbox.REQUIRED) {
      throw new ParameterException(
          spec.commandLine(),
          "--allow-onnx needs a contained process: leave --sandbox out, or say required");
    }
    return settings.withExports();
  }
}
