package io.tiltmeter.evaluator.vet;

/**
 * How large an artifact may be.
 *
 * @param files most files, at least 1
 * @param bytes most bytes of all files together, at least 1
 */
public record VettingLimits(int files, long bytes) {
  /** 64 files, 64 GiB. */
  public static final VettingLimits DEFAULT = new VettingLimits(64, 64L << 30);

  public VettingLimits {
    if (files < 1 || bytes < 1) {
      throw new IllegalArgumentException(
          "limits need at least one file and byte, got %d and %d".formatted(files, bytes));
    }
  }
}
