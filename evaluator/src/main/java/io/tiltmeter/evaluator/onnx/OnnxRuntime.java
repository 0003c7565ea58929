package io.tiltmeter.evaluator.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.tiltmeter.evaluator.checkpoint.ModelException;
import java.util.Set;

/** The native runtime of this process and what it can compute on. */
final class OnnxRuntime {
  private OnnxRuntime() {}

  /** The process-wide environment; it writes no log, since every error comes as an exception. */
  static OrtEnvironment environment() {
    return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
  }

  static RuntimeInfo info(Provider provider, Execution execution) {
    return new RuntimeInfo(
        provider, environment().getVersion(), execution.threads(), execution.weights());
  }

  /**
   * Adds the wished provider to {@code options}.
   *
   * @return the provider in use
   * @throws ModelException if a named provider is not there
   */
  static Provider use(Provider wished, SessionOptions options) {
    return switch (wished) {
      case CPU -> Provider.CPU;
      case AUTO -> cudaOrCpu(options);
      case CUDA, TENSORRT -> named(wished, options);
    };
  }

  private static Provider cudaOrCpu(SessionOptions options) {
    if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
      return Provider.CPU;
    }
    try {
      options.addCUDA();
      return Provider.CUDA;
    } catch (OrtException _) {
      // A GPU build on a machine without a driver: the choice shows in RuntimeInfo.
      return Provider.CPU;
    }
  }

  private static Provider named(Provider wished, SessionOptions options) {
    requireBuilt(wished, OrtEnvironment.getAvailableProviders());
    try {
      if (wished == Provider.TENSORRT) {
        options.addTensorrt(0);
      }
      // TensorRT leaves what it cannot compile to CUDA.
      options.addCUDA();
      return wished;
    } catch (OrtException e) {
      throw new ModelException(
          "provider \"%s\" does not start: %s; install its driver and libraries or use provider \"cpu\""
              .formatted(wished.wireName(), firstLine(e)),
          e);
    }
  }

  private static void requireBuilt(Provider wished, Set<OrtProvider> built) {
    OrtProvider needed = wished == Provider.CUDA ? OrtProvider.CUDA : OrtProvider.TENSOR_RT;
    if (!built.contains(needed)) {
      throw new ModelException(
          "provider \"%s\" needs a runtime with %s, this one (ONNX Runtime %s) has %s; build with \"mvn -Pgpu\" (onnxruntime_gpu) or use provider \"cpu\""
              .formatted(
                  wished.wireName(),
                  needed.getName(),
                  environment().getVersion(),
                  built.stream().map(OrtProvider::getName).toList()));
    }
  }

  /** What the runtime said, on one line. */
  static String firstLine(OrtException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given").strip();
  }
}
