package io.tiltmeter.evaluator.decode;

import java.util.List;

/** Says of answers that are being written whether they may end; called on the generating thread. */
@FunctionalInterface
public interface AnswerWatch {
  /** Lets every answer go on. */
  AnswerWatch NONE = (_, _) -> false;

  /** Fewest tokens before an answer is looked at. */
  int FEWEST = 24;

  /** Tokens from one look to the next. */
  int LOOK_EVERY = 8;

  /**
   * Tokens that every answer gets before it is looked at: half of the cap at least, so that a loop
   * that begins later cannot fill more than half of the answer.
   */
  static int firstLook(int maxTokens) {
    return Math.max(FEWEST, Math.ceilDiv(maxTokens, 2));
  }

  /**
   * Whether an answer need not go on.
   *
   * @param begun its tokens so far; not to be kept
   */
  boolean isEnough(Prompt prompt, List<Integer> begun);
}
