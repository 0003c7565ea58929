package io.tiltmeter.evaluator.runner;

import io.tiltmeter.evaluator.onnx.Provider;
import io.tiltmeter.policy.gate.Policy.Sandbox;

/**
 * How models are run.
 *
 * @param threads threads of one forward pass, at least 1
 * @param batch rows of one forward pass, at least 1
 * @param sandbox how the process must be contained
 * @param limits what the process may use up
 */
public record RunnerSettings(
    int threads, int batch, Provider provider, Sandbox sandbox, RunnerLimits limits) {

  /** All cores, 64 rows, contained where the machine can. */
  public static final RunnerSettings DEFAULT =
      new RunnerSettings(
          Runtime.getRuntime().availableProcessors(),
          64,
          Provider.AUTO,
          Sandbox.PREFERRED,
          RunnerLimits.DEFAULT);

  public RunnerSettings {
    if (threads < 1 || batch < 1) {
      throw new IllegalArgumentException(
          "threads and batch must be at least 1, got %d and %d".formatted(threads, batch));
    }
  }

  /** The same with another number of threads. */
  public RunnerSettings withThreads(int count) {
    return new RunnerSettings(count, batch, provider, sandbox, limits);
  }

  /** The same with another number of rows. */
  public RunnerSettings withBatch(int rows) {
    return new RunnerSettings(threads, rows, provider, sandbox, limits);
  }

  /** The same with another execution provider. */
  public RunnerSettings withProvider(Provider name) {
    return new RunnerSettings(threads, batch, name, sandbox, limits);
  }

  /** The same with other limits. */
  public RunnerSettings withLimits(RunnerLimits other) {
    return new RunnerSettings(threads, batch, provider, sandbox, other);
  }

  /** The same with another containment. */
  public RunnerSettings withSandbox(Sandbox wanted) {
    return new RunnerSettings(threads, batch, provider, wanted, limits);
  }
}
