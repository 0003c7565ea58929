package io.tiltmeter.evaluator.run;

/**
 * How much of what was planned was asked, in behaviours: those of the pack, of all kinds, and those
 * of each replayed system prompt.
 *
 * @param asked behaviours of which every paraphrase was answered by both sides
 * @param planned behaviours that the whole run has
 */
public record Extent(int asked, int planned) {

  /** Whether the verdict came before everything was asked. */
  public boolean stoppedEarly() {
    return asked < planned;
  }
}
