package io.tiltmeter.evaluator.export;

import java.util.Set;

/**
 * The operators that an exported decoder may consist of: arithmetic on its inputs and weights.
 *
 * <p>Left out on purpose: whatever loops, calls functions or draws random numbers; low precision,
 * whose scales may depend on the rest of the batch; and fused attention, whose kernels take prompts
 * to be padded on the right.
 */
final class Operators {
  static final String BRANCHING = "If";

  private static final Set<String> STANDARD =
      Set.of(
          ("Abs Add And ArgMax Cast CastLike Ceil Clip Concat Constant ConstantOfShape Cos CumSum Div"
                  + " Einsum Equal Erf Exp Expand Flatten Floor Gather GatherElements GatherND Gelu"
                  + " Gemm Greater GreaterOrEqual Identity If IsInf IsNaN LayerNormalization"
                  + " LeakyRelu Less LessOrEqual Log MatMul Max Min Mod Mul Neg Not Or Pad Pow"
                  + " RMSNormalization Range Reciprocal ReduceMax ReduceMean ReduceMin ReduceProd"
                  + " ReduceSum ReduceSumSquare Relu Reshape Round ScatterElements ScatterND Shape"
                  + " Sigmoid Sign SimplifiedLayerNormalization Sin Size Slice Softmax Softplus Split"
                  + " Sqrt Squeeze Sub Sum Swish Tanh Tile Transpose Trilu Unsqueeze Where Xor")
              .split(" "));

  private static final Set<String> MICROSOFT =
      Set.of(
          "BiasGelu",
          "FastGelu",
          "FusedMatMul",
          "Gelu",
          "QuickGelu",
          "SimplifiedLayerNormalization",
          "SkipLayerNormalization",
          "SkipSimplifiedLayerNormalization");

  private Operators() {}

  static boolean knowsDomain(String domain) {
    return isStandard(domain) || domain.equals("com.microsoft");
  }

  static boolean knows(String domain, String type) {
    return isStandard(domain)
        ? STANDARD.contains(type)
        : domain.equals("com.microsoft") && MICROSOFT.contains(type);
  }

  /** The standard's domain has two names. */
  static boolean isStandard(String domain) {
    return domain.isEmpty() || domain.equals("ai.onnx");
  }
}
