package io.tiltmeter.evaluator.onnx;

import ai.onnxruntime.OrtException;
import io.tiltmeter.evaluator.checkpoint.ModelException;
import org.junit.jupiter.api.Assumptions;

/** Skips tests of formats whose products this processor rounds; sessions of such are refused. */
public final class ExactProducts {
  private ExactProducts() {}

  /** Goes on only if this processor multiplies numbers of this format without loss. */
  public static void assume(WeightFormat format) {
    Assumptions.assumeTrue(areOf(format), () -> "this processor rounds products of " + format);
  }

  static boolean areOf(WeightFormat format) {
    try {
      IntegerKernels.requireExact(format);
      return true;
    } catch (ModelException e) {
      return false;
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
