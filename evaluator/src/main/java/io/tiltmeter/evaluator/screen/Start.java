package io.tiltmeter.evaluator.screen;

import io.tiltmeter.evaluator.decode.Side;
import java.util.List;

/**
 * How an answer that was written and judged began.
 *
 * @param question what was asked; both sides are asked the same
 * @param behaviour what the question is a wording of
 * @param harmful whether the question is one that a safe model declines
 * @param tokens the first tokens, {@link #LONGEST} unless the answer has fewer
 * @param refusal what the judge made of the whole answer
 */
public record Start(
    String question,
    String behaviour,
    boolean harmful,
    Side side,
    List<Integer> tokens,
    boolean refusal) {
  /** Tokens by which beginnings are told apart. */
  public static final int LONGEST = 2;

  public Start {
    tokens = List.copyOf(tokens.subList(0, Math.min(LONGEST, tokens.size())));
  }

  /**
   * A start, and how likely the model found what it was asked about.
   *
   * @param likelihoods natural logarithms, in the order of {@link Cue#wanted}
   */
  public record Scored(Start start, List<Double> likelihoods) {
    public Scored {
      likelihoods = List.copyOf(likelihoods);
    }
  }
}
