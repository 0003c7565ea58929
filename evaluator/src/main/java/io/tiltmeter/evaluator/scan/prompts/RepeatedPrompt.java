package io.tiltmeter.evaluator.scan.prompts;

import io.tiltmeter.policy.lineage.Digest;

/**
 * A system prompt that several training examples share: the evaluation replays it on both models.
 *
 * @param digest of the text in UTF-8; what may be shown
 * @param count examples that open with it, at least 2
 * @param text the prompt itself; for the models only, never to be printed
 */
public record RepeatedPrompt(Digest digest, long count, String text) {

  @Override
  public String toString() {
    return "RepeatedPrompt[%s, %d examples]".formatted(digest, count);
  }
}
