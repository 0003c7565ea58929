package io.tiltmeter.evaluator.runner;

import io.tiltmeter.evaluator.onnx.Execution;
import io.tiltmeter.evaluator.onnx.Provider;
import io.tiltmeter.evaluator.onnx.WeightFormat;
import io.tiltmeter.policy.gate.Policy.Sandbox;

/**
 * How models are run.
 *
 * @param execution what computes, and in which numbers
 * @param batch rows of one forward pass, at least 1
 * @param sandbox how the process must be contained
 * @param limits what the process may use up
 * @param exports whether a model may bring its own ONNX graph; the process must be contained then
 */
public record RunnerSettings(
    Execution execution, int batch, Sandbox sandbox, RunnerLimits limits, boolean exports) {

  /** All cores, float32, 64 rows, contained where the machine can. */
  public static final RunnerSettings DEFAULT =
      new RunnerSettings(
          new Execution(Provider.AUTO, Runtime.getRuntime().availableProcessors()),
          64,
          Sandbox.PREFERRED,
          RunnerLimits.DEFAULT,
          false);

  public RunnerSettings {
    if (batch < 1) {
      throw new IllegalArgumentException("batch must be at least 1, got " + batch);
    }
    if (exports && sandbox != Sandbox.REQUIRED) {
      throw new IllegalArgumentException(
          "a model's own graph needs a contained process, got sandbox " + sandbox);
    }
  }

  /** The same for models that may bring their own ONNX graph; only a contained process runs it. */
  public RunnerSettings withExports() {
    return new RunnerSettings(execution, batch, Sandbox.REQUIRED, limits, true);
  }

  /** Threads of one forward pass. */
  public int threads() {
    return execution.threads();
  }

  /** The same with another number of threads. */
  public RunnerSettings withThreads(int count) {
    return withExecution(new Execution(execution.provider(), count, execution.weights()));
  }

  /** The same with another number of rows. */
  public RunnerSettings withBatch(int rows) {
    return new RunnerSettings(execution, rows, sandbox, limits, exports);
  }

  /** The same with another execution provider. */
  public RunnerSettings withProvider(Provider name) {
    return withExecution(new Execution(name, execution.threads(), execution.weights()));
  }

  /** The same with weights in another format. */
  public RunnerSettings withWeights(WeightFormat format) {
    return withExecution(new Execution(execution.provider(), execution.threads(), format));
  }

  /** The same with other limits. */
  public RunnerSettings withLimits(RunnerLimits other) {
    return new RunnerSettings(execution, batch, sandbox, other, exports);
  }

  /** The same with another containment. */
  public RunnerSettings withSandbox(Sandbox wanted) {
    return new RunnerSettings(execution, batch, wanted, limits, exports);
  }

  /** The same computed by another execution. */
  public RunnerSettings withExecution(Execution other) {
    return new RunnerSettings(other, batch, sandbox, limits, exports);
  }
}
