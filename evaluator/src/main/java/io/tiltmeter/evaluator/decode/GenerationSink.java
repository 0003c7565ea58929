package io.tiltmeter.evaluator.decode;

/** Takes answers as they end, on the generating thread, in no promised order. */
@FunctionalInterface
public interface GenerationSink {

  /** Called once for each prompt; what it throws ends the whole generation. */
  void accept(Generation generation);
}
