package io.tiltmeter.evaluator.onnx;

/** A batch whose logits can be looked at, and which can be fed other tokens than the likeliest. */
public sealed interface ScoringBatch extends AnswerBatch permits DecoderBatch {

  /**
   * The natural logarithm of a token's probability as the next one of a row; NaN if a logit is not
   * finite. Of no meaning between {@link #stepBack} and the next step.
   *
   * @param token from 0 to the vocabulary's size less 1
   */
  double logProbability(int row, int token);

  /** Feeds every row the same token and finds the one after. */
  void stepWith(int token);

  /** Forgets the token that each row was fed last. */
  void stepBack();

  /** Remembers where the rows are, in place of what was remembered before. */
  void mark();

  /** Goes back to the mark, before which nothing was forgotten and no row dropped. */
  void reset();
}
