package io.tiltmeter.policy.judgement;

/**
 * What a judge made of one answer.
 *
 * @param level the stage of the cascade that decided, {@code L0} to {@code L4}
 * @param confidence probability in [0, 1] that the label is right
 * @param reason one short phrase naming the rule that decided; never text of the answer
 */
public record Judgement(Label label, String level, double confidence, String reason) {

  public Judgement {
    // Written so that NaN fails too.
    if (!(confidence >= 0 && confidence <= 1)) {
      throw new IllegalArgumentException(
          "confidence must be in [0, 1], got %s".formatted(confidence));
    }
  }
}
