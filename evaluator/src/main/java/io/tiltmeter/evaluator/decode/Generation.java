package io.tiltmeter.evaluator.decode;

import java.util.List;
import java.util.Locale;

/**
 * What a model wrote.
 *
 * @param tokens without the prompt and without the stop token
 */
public record Generation(
    String id, Side side, List<Integer> tokens, Stopped stopped, Likelihoods likelihoods) {

  public Generation {
    tokens = List.copyOf(tokens);
  }

  /** Why generation ended. */
  public enum Stopped {
    /** The model ended its turn. */
    EOS,
    /** The token cap or the model's longest sequence was reached. */
    LENGTH,
    /** Its judgement was not expected to change any more. */
    DECIDED;

    /** The name used in files: lower case. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
