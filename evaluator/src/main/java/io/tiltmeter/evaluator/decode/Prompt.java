package io.tiltmeter.evaluator.decode;

import java.util.List;

/**
 * Token ids for one model to continue.
 *
 * @param id the caller's name for it; unique together with the side
 * @param tokens the whole input, special tokens included, not empty
 */
public record Prompt(String id, Side side, List<Integer> tokens) {

  public Prompt {
    tokens = List.copyOf(tokens);
    if (tokens.isEmpty()) {
      throw new IllegalArgumentException("prompt \"%s\" has no token".formatted(id));
    }
  }
}
