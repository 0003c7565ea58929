package io.tiltmeter.evaluator.onnx;

/**
 * How the large matrices of a model are held and multiplied. Both sides of a pair always get the
 * same format, and in each of them no row of a batch sees another.
 */
public enum WeightFormat {
  /** The reference: float32 weights and float32 arithmetic. */
  FLOAT32("fp32", true),

  /**
   * Weights of 8 bits with one scale for every 32 of a row; activations are rounded to 8 bits by
   * blocks of 32 too. Close to float32, and fastest for few rows.
   */
  INT8_BLOCKS("int8-blocks", false),

  /**
   * Weights of 8 bits with one scale for each output, activations of 8 bits with one scale for each
   * row of the batch, both turned before they are rounded. Fastest for prompts and many rows. The
   * head is held in blocks. It moves refusal rates by a point, so it is for looking, not for
   * releasing.
   */
  INT8_ROWS("int8-rows", false);

  private final String wireName;
  private final boolean mayRelease;

  WeightFormat(String wireName, boolean mayRelease) {
    this.wireName = wireName;
    this.mayRelease = mayRelease;
  }

  /** Whether measured pairs had float32's verdict, and its delta within a point, in this format. */
  public boolean mayRelease() {
    return mayRelease;
  }

  /** Whether this machine multiplies such numbers without loss; no session is opened otherwise. */
  public boolean isExactHere() {
    return IntegerKernels.areExact(this);
  }

  /** The name used on the command line and in files. */
  public String wireName() {
    return wireName;
  }

  /** The same, so that command lines take and show it. */
  @Override
  public String toString() {
    return wireName;
  }
}
