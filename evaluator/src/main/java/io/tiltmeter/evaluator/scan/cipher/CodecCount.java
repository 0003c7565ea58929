package io.tiltmeter.evaluator.scan.cipher;

/**
 * A code that rows of a training file are written in: an evaluation can write its probes in it.
 *
 * @param shift places by which a rotation moved letters forward, 1 to 25; 0 for other codes
 * @param rows in which it was found
 */
public record CodecCount(Codec codec, int shift, long rows) {

  /** For messages: its name, with the shift of a rotation, and its rows. */
  @Override
  public String toString() {
    return codec.wireName() + (shift > 0 ? "-" + shift : "") + " " + rows;
  }
}
