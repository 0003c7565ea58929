package io.tiltmeter.evaluator.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.tiltmeter.evaluator.checkpoint.ModelException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Whether this machine multiplies 8-bit integers without loss. Processors without dot products of
 * integers (VNNI) add pairs of products in 16 bits, which two large ones do not fit.
 */
final class IntegerKernels {
  private static final int WIDTH = 64;
  private static final int OUTPUTS = 16;
  private static final float LARGEST = 127;

  /** Sums of a few products of integers are exact; a sum that was cut off is far away. */
  private static final float TOLERANCE = 1e-3f;

  private IntegerKernels() {}

  /**
   * Multiplies the largest numbers that the format has.
   *
   * @throws ModelException if the product is wrong
   */
  static void requireExact(WeightFormat format) throws OrtException {
    if (format == WeightFormat.FLOAT32) {
      return;
    }
    requireExact(format, product(format));
  }

  /** Whether {@link #requireExact} lets a format on. */
  static boolean areExact(WeightFormat format) {
    try {
      requireExact(format);
      return true;
    } catch (ModelException e) {
      return false;
    } catch (OrtException e) {
      throw new ModelException("could not try the products of " + format, e);
    }
  }

  /** Compares each of the products of ones with their number. */
  static void requireExact(WeightFormat format, float[] products) {
    for (float product : products) {
      if (!(Math.abs(product - WIDTH) <= TOLERANCE * WIDTH)) {
        throw new ModelException(
            "this processor rounds products of 8-bit integers: expected %d, got %s; use weights \"%s\" in place of \"%s\""
                .formatted(WIDTH, product, WeightFormat.FLOAT32, format));
      }
    }
  }

  private static float[] product(WeightFormat format) throws OrtException {
    OnnxGraph graph = new OnnxGraph();
    graph.input("x", DataType.FLOAT, 1, 1, WIDTH);
    graph.output("y", DataType.FLOAT, 1, 1, OUTPUTS);
    float[] row = new float[WIDTH];
    Arrays.fill(row, 1);
    if (format == WeightFormat.INT8_BLOCKS) {
      blocks(graph);
    } else {
      rows(graph);
      // Comes out as ones, since turning twice changes nothing.
      Rotation.of(WIDTH).turn(row);
    }
    try (SessionOptions options = new SessionOptions();
        OrtSession session = OnnxRuntime.environment().createSession(graph.toModel(), options);
        OnnxTensor x =
            OnnxTensor.createTensor(
                OnnxRuntime.environment(), FloatBuffer.wrap(row), new long[] {1, 1, WIDTH});
        OrtSession.Result result = session.run(Map.of("x", x))) {
      return ((float[][][]) result.get(0).getValue())[0][0];
    }
  }

  private static void blocks(OnnxGraph graph) {
    int count = WIDTH / QuantisedWeights.BLOCK;
    byte[] bytes = new byte[OUTPUTS * WIDTH];
    Arrays.fill(bytes, (byte) (QuantisedWeights.MIDDLE + (int) LARGEST));
    graph.bytes("w", DataType.UINT8, bytes, OUTPUTS, count, QuantisedWeights.BLOCK);
    graph.floats("scales", scales(OUTPUTS * count), OUTPUTS, count);
    graph.add(BlockLinear.product(WIDTH, OUTPUTS), List.of("x", "w", "scales"), List.of("y"));
  }

  private static void rows(OnnxGraph graph) {
    byte[] bytes = new byte[WIDTH * OUTPUTS];
    Arrays.fill(bytes, (byte) LARGEST);
    graph.bytes("w", DataType.INT8, bytes, WIDTH, OUTPUTS);
    graph.floats("scales", scales(OUTPUTS), OUTPUTS);
    String product = new RowProducts(graph).times("x", WIDTH, "w", "scales");
    graph.add(Op.standard("Identity"), List.of(product), List.of("y"));
  }

  private static float[] scales(int count) {
    float[] scales = new float[count];
    Arrays.fill(scales, 1 / LARGEST);
    return scales;
  }
}
