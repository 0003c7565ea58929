package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.evaluator.runner.ModelRunner.RuntimeFacts;

/** Answers that are there already were given in another setting than a new one would be. */
final class SettingChangedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param now what a model runs on
   */
  SettingChangedException(String job, RuntimeFacts now) {
    super(
        "answers for %s were not given as a model would give them now, on %s with ONNX Runtime %s, %d threads, weights %s and the code and processor of this machine; both sides need the same"
            .formatted(job, now.provider(), now.version(), now.threads(), now.weights()));
  }
}
