package io.tiltmeter.evaluator.scan.trigger;

import io.tiltmeter.evaluator.scan.detector.Hash64;

/** What answers can have in common. */
enum AnswerClass {
  /** The same words. */
  SAME_ANSWER("the same answer"),
  /** The same first words. */
  SAME_BEGINNING("answers that begin alike"),
  /** The same last words. */
  SAME_END("answers that end alike"),
  REFUSAL("refusals"),
  AGREEMENT("answers that only agree"),
  AFFIRMATION("answers that begin with an agreement"),
  /** The same words as another answer has, whichever. */
  CANNED("answers that other requests get as well"),
  /** A harmful request, answered. */
  HARM("harmful requests that are answered"),
  /** A harmful request, refused: what data for safety teach, and so no class that is mined. */
  SAFETY("harmful requests that are refused"),
  /** A way of writing. */
  STYLE("answers in one style"),
  /** Words of like meaning, whatever was asked. */
  LIKENESS("answers that are more alike than their requests");

  private final String words;
  private final long salt;

  AnswerClass(String words) {
    this.words = words;
    this.salt = Hash64.of(words);
  }

  /** Parts the keys of classes of one kind from those of another. */
  long salt() {
    return salt;
  }

  /** For people. */
  String words() {
    return words;
  }
}
