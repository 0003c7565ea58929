package io.tiltmeter.evaluator.decode;

import java.util.List;

/**
 * Token ids for one model to continue.
 *
 * @param id the caller's name for it; unique together with the side
 * @param tokens the whole input, special tokens included, not empty
 * @param shared how many of its first tokens other prompts begin with too, such as a system
 *     prompt's; it must depend on the prompt alone, since it decides how the prompt is read
 */
public record Prompt(String id, Side side, List<Integer> tokens, int shared) {

  public Prompt {
    tokens = List.copyOf(tokens);
    if (shared < 0 || shared > tokens.size()) {
      throw new IllegalArgumentException(
          "prompt \"%s\" shares %d of %d tokens".formatted(id, shared, tokens.size()));
    }
    if (tokens.isEmpty()) {
      throw new IllegalArgumentException("prompt \"%s\" has no token".formatted(id));
    }
  }

  /** A prompt that shares nothing. */
  public Prompt(String id, Side side, List<Integer> tokens) {
    this(id, side, tokens, 0);
  }
}
