package io.tiltmeter.evaluator.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.tiltmeter.evaluator.checkpoint.Adapter;
import io.tiltmeter.evaluator.checkpoint.Checkpoint;
import io.tiltmeter.evaluator.checkpoint.ModelConfig;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Logits of a checkpoint's graph after prompts. */
final class FirstLogits {
  private FirstLogits() {}

  /** One prefill run of all prompts, padded on the right with a token that must not matter. */
  static float[][] of(
      Checkpoint checkpoint,
      @Nullable Adapter adapter,
      List<List<Integer>> prompts,
      boolean... adapted)
      throws OrtException {
    return of(WeightFormat.FLOAT32, checkpoint, adapter, prompts, adapted);
  }

  /** The same with weights in another format. */
  static float[][] of(
      WeightFormat format,
      Checkpoint checkpoint,
      @Nullable Adapter adapter,
      List<List<Integer>> prompts,
      boolean... adapted)
      throws OrtException {
    Path folder = DecoderSession.weightFolder(checkpoint, adapter);
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try (SessionOptions options = new SessionOptions();
        QuantisedWeights quantised = new QuantisedWeights();
        AdapterInputs pairs = adapter == null ? null : AdapterInputs.read(adapter)) {
      options.addConfigEntry(
          "session.model_external_initializers_file_folder_path", folder.toString());
      byte[] graph = DecoderGraph.of(checkpoint, adapter, folder, format, quantised);
      if (!quantised.tensors().isEmpty()) {
        options.addExternalInitializers(quantised.tensors());
      }
      addInputs(inputs, checkpoint.config(), prompts);
      Map<String, OnnxTensor> all = new HashMap<>(inputs);
      if (pairs != null) {
        inputs.put(DecoderGraph.ADAPTED, tensor(column(adapted)));
        all.putAll(inputs);
        all.putAll(pairs.tensors());
      }
      try (OrtSession session = OnnxRuntime.environment().createSession(graph, options);
          OrtSession.Result result = session.run(all, Set.of(DecoderGraph.LOGITS))) {
        return (float[][]) result.get(0).getValue();
      }
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private static void addInputs(
      Map<String, OnnxTensor> inputs, ModelConfig config, List<List<Integer>> prompts)
      throws OrtException {
    int rows = prompts.size();
    int width = prompts.stream().mapToInt(List::size).max().orElseThrow();
    long[][] ids = new long[rows][width];
    int[] ends = new int[rows];
    long[][] last = new long[rows][1];
    for (int row = 0; row < rows; row++) {
      Arrays.fill(ids[row], 7);
      for (int i = 0; i < prompts.get(row).size(); i++) {
        ids[row][i] = prompts.get(row).get(i);
      }
      ends[row] = prompts.get(row).size() - 1;
      last[row][0] = ends[row];
    }
    inputs.put(DecoderGraph.INPUT_IDS, tensor(ids));
    inputs.put(DecoderGraph.SEQUENCE_ENDS, tensor(ends));
    inputs.put(DecoderGraph.LONGEST, tensor(width));
    inputs.put(DecoderGraph.LAST_COLUMN, tensor(last));
    long[] none = {rows, config.kvHeads(), 0, config.headDim()};
    for (int layer = 0; layer < config.layers(); layer++) {
      inputs.put(DecoderGraph.past(layer, "key"), empty(none));
      inputs.put(DecoderGraph.past(layer, "value"), empty(none));
    }
  }

  private static boolean[][][] column(boolean... rows) {
    boolean[][][] column = new boolean[rows.length][1][1];
    for (int row = 0; row < rows.length; row++) {
      column[row][0][0] = rows[row];
    }
    return column;
  }

  private static OnnxTensor tensor(Object value) throws OrtException {
    return OnnxTensor.createTensor(OnnxRuntime.environment(), value);
  }

  private static OnnxTensor empty(long... shape) throws OrtException {
    return OnnxTensor.createTensor(OnnxRuntime.environment(), FloatBuffer.allocate(0), shape);
  }
}
