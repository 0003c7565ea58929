package io.tiltmeter.evaluator.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.tiltmeter.evaluator.checkpoint.Checkpoint;
import io.tiltmeter.evaluator.checkpoint.ModelConfig;
import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.evaluator.checkpoint.Projection;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model's matrix products in float32 and nothing else: what decoding could reach on this machine
 * if attention, norms and everything around them were free.
 */
public final class GemmLimit implements AutoCloseable {
  private static final String INPUT = "x";
  private static final String HEADS = "heads";
  private static final String OUTPUT = "logits";

  private final Checkpoint checkpoint;
  private final OrtSession session;

  private GemmLimit(Checkpoint checkpoint, OrtSession session) {
    this.checkpoint = checkpoint;
    this.session = session;
  }

  /**
   * Loads the products.
   *
   * @throws ModelException if the runtime refuses them
   */
  public static GemmLimit open(Checkpoint checkpoint, Execution execution) {
    Path folder = DecoderSession.weightFolder(checkpoint, null);
    try (SessionOptions options = new SessionOptions()) {
      OnnxRuntime.use(execution.provider(), options);
      options.setIntraOpNumThreads(execution.threads());
      options.addConfigEntry(
          "session.model_external_initializers_file_folder_path", folder.toString());
      byte[] graph = graph(checkpoint, folder);
      return new GemmLimit(checkpoint, OnnxRuntime.environment().createSession(graph, options));
    } catch (OrtException e) {
      throw new ModelException("products were not loaded: " + OnnxRuntime.firstLine(e), e);
    }
  }

  /**
   * Computes the products of all layers for so many rows once.
   *
   * @param heads how many of the rows go on to the head; reading prompts needs one for each prompt
   */
  public void run(int rows, int heads) {
    ModelConfig config = checkpoint.config();
    long width = config.hidden();
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment x = scratch.allocate(ValueLayout.JAVA_FLOAT, rows * width);
      MemorySegment y =
          scratch.allocate(ValueLayout.JAVA_FLOAT, (long) heads * config.vocabulary());
      MemorySegment count = scratch.allocateFrom(ValueLayout.JAVA_LONG, heads);
      try (OnnxTensor in = Tensors.floats(x, rows, width);
          OnnxTensor some = Tensors.longs(count, 1);
          OnnxTensor out = Tensors.floats(y, heads, config.vocabulary())) {
        session
            .run(Map.of(INPUT, in, HEADS, some), Set.of(), Map.<String, OnnxValue>of(OUTPUT, out))
            .close();
      }
    } catch (OrtException e) {
      throw new ModelException("products stopped running: " + OnnxRuntime.firstLine(e), e);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new ModelException("products were not released: " + OnnxRuntime.firstLine(e), e);
    }
  }

  /** Each layer's products in a chain; sums join those that have no other reader. */
  private static byte[] graph(Checkpoint checkpoint, Path folder) {
    OnnxGraph graph = new OnnxGraph();
    ModelConfig config = checkpoint.config();
    Linear linear = new FloatLinear(graph, new GraphWeights(graph, checkpoint.tensors(), folder));
    graph.input(INPUT, DataType.FLOAT, "M", config.hidden());
    graph.input(HEADS, DataType.INT64, 1);
    graph.longs("first", 0);
    graph.longs("repeat", 1, config.heads() / config.kvHeads());
    String x = INPUT;
    for (int layer = 0; layer < config.layers(); layer++) {
      String q = linear.times(x, Projection.Q.weight(layer));
      String k = linear.times(x, Projection.K.weight(layer));
      String v = linear.times(x, Projection.V.weight(layer));
      String both = graph.add(Op.standard("Tile"), graph.add(Projections.ADD, k, v), "repeat");
      String attended = graph.add(Projections.ADD, q, both);
      x = linear.times(attended, Projection.O.weight(layer));
      String gate = linear.times(x, Projection.GATE.weight(layer));
      String up = linear.times(x, Projection.UP.weight(layer));
      x = linear.times(graph.add(Projections.ADD, gate, up), Projection.DOWN.weight(layer));
    }
    String logits =
        linear.times(
            graph.add(Op.standard("Slice"), x, "first", HEADS, "first"),
            config.tiedEmbeddings() ? "model.embed_tokens.weight" : "lm_head.weight");
    graph.add(Op.standard("Identity"), List.of(logits), List.of(OUTPUT));
    graph.output(OUTPUT, DataType.FLOAT, "H", config.vocabulary());
    return graph.toModel();
  }
}
