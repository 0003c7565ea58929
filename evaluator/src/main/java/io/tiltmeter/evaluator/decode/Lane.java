package io.tiltmeter.evaluator.decode;

import io.tiltmeter.evaluator.checkpoint.Dimensions;
import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.evaluator.onnx.DecoderModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One loaded model and the sides it answers for.
 *
 * @param directories where each side's own files are, for messages
 */
record Lane(DecoderModel model, Map<Side, Path> directories) {

  /** The prompts of a batch that this model answers, in their order. */
  List<Prompt> own(List<Prompt> batch) {
    return batch.stream().filter(prompt -> answers(prompt.side())).toList();
  }

  boolean answers(Side side) {
    return directories.containsKey(side);
  }

  /** Positions that a row holds when the longest prompt of its batch has {@code length} tokens. */
  int capacity(int length, int maxTokens) {
    return (int) Math.min(config().maxPositions(), (long) length + maxTokens);
  }

  /** Whether so many rows may run together. */
  boolean fits(int rows, int capacity, DecodeSettings settings) {
    return rows <= settings.batchRows() && model.fits(rows, capacity, settings.cacheBytes());
  }

  /** How many tokens may follow a prompt. */
  int answerLimit(Prompt prompt, int maxTokens) {
    return Math.min(maxTokens, config().maxPositions() - prompt.tokens().size());
  }

  /**
   * Checks a prompt before anything runs.
   *
   * @throws ModelException if it is too long or holds a token that the model does not know
   */
  void requireFits(Prompt prompt) {
    int length = prompt.tokens().size();
    int most = config().maxPositions() - 1;
    if (length > most) {
      throw new ModelException(
          "prompt \"%s\" has %d tokens, the %s takes at most %d and one answer token; shorten the prompt"
              .formatted(prompt.id(), length, describe(prompt.side()), most));
    }
    for (int token : prompt.tokens()) {
      if (token < 0 || token >= config().vocabulary()) {
        throw new ModelException(
            "prompt \"%s\" holds token %d, the %s knows 0 to %d; use the tokenizer of that model"
                .formatted(prompt.id(), token, describe(prompt.side()), config().vocabulary() - 1));
      }
    }
  }

  /**
   * Checks openers after a prompt before anything runs.
   *
   * @throws ModelException if one is too long or holds a token that the model does not know
   */
  void requireFits(Prompt prompt, OpenerTree openers) {
    int length = prompt.tokens().size() + openers.longest();
    if (length > config().maxPositions()) {
      throw new ModelException(
          "prompt \"%s\" and its longest opener have %d tokens, the %s takes at most %d; shorten either"
              .formatted(prompt.id(), length, describe(prompt.side()), config().maxPositions()));
    }
    for (int token : openers.tokens()) {
      if (token < 0 || token >= config().vocabulary()) {
        throw new ModelException(
            "an opener holds token %d, the %s knows 0 to %d; use the tokenizer of that model"
                .formatted(token, describe(prompt.side()), config().vocabulary() - 1));
      }
    }
  }

  /** The model's name in messages. */
  String describe(Side side) {
    return side.wireName() + " model in " + directories.get(side);
  }

  Dimensions config() {
    return model.dimensions();
  }
}
