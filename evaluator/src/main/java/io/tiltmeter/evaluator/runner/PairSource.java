package io.tiltmeter.evaluator.runner;

import java.nio.file.Path;

/** Where a base and its tuned model come from; every path is a directory. */
public sealed interface PairSource {

  /** The base model's directory in Hugging Face layout. */
  Path base();

  /** The base by itself; only its side may be asked. */
  record BaseOnly(Path base) implements PairSource {}

  /** A base and a PEFT LoRA adapter trained on it. */
  record WithAdapter(Path base, Path adapter) implements PairSource {}

  /** A base and a whole tuned checkpoint. */
  record TwoModels(Path base, Path tuned) implements PairSource {}

  /**
   * A whole tuned checkpoint without its base's weights; only its side may be asked. The base still
   * says how a question is cut into tokens and where an answer ends.
   */
  record TunedOnly(Path base, Path tuned) implements PairSource {}
}
