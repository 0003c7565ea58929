package io.tiltmeter.evaluator.checkpoint;

/** Element types of weights that can be run; named as safetensors names them. */
public enum Dtype {
  F32(4),
  F16(2),
  BF16(2);

  private final int bytes;

  Dtype(int bytes) {
    this.bytes = bytes;
  }

  /** Size of one element in bytes. */
  public int bytes() {
    return bytes;
  }
}
