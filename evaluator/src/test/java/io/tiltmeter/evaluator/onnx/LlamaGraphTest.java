package io.tiltmeter.evaluator.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.tiltmeter.evaluator.checkpoint.Adapter;
import io.tiltmeter.evaluator.checkpoint.Checkpoint;
import io.tiltmeter.evaluator.checkpoint.Dtype;
import io.tiltmeter.evaluator.checkpoint.ModelConfig;
import io.tiltmeter.evaluator.checkpoint.Projection;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logits of the graph against the same model written down in float64. */
class LlamaGraphTest {
  private static final Offset<Double> CLOSE = Offset.offset(1e-4);
  private static final List<List<Integer>> PROMPTS =
      List.of(List.of(5, 9, 63, 0, 17, 8, 8, 21), List.of(40), List.of(1, 2, 3));

  @TempDir Path directory;
  @TempDir Path adapterDirectory;

  @Test
  void logits_ofFloat32Files_equalTheReference() throws OrtException {
    for (boolean tied : new boolean[] {true, false}) {
      TinyLlama model = TinyLlama.random(11, tied);
      requireReference(model, logits(model.write(directory, Dtype.F32), null));
    }
  }

  @Test
  void logits_ofRandomShapes_equalTheReference() throws OrtException {
    for (long seed = 1; seed <= 5; seed++) {
      TinyLlama model = TinyLlama.random(seed, shape(new Random(seed)));
      requireReference(model, logits(model.write(directory, Dtype.F32), null));
    }
  }

  @Test
  void logits_ofHalfWidthFiles_equalTheReferenceOnRoundedWeights() throws OrtException {
    for (Dtype dtype : new Dtype[] {Dtype.BF16, Dtype.F16}) {
      for (boolean tied : new boolean[] {true, false}) {
        TinyLlama model = TinyLlama.random(12, tied);
        requireReference(model.roundedTo(dtype), logits(model.write(directory, dtype), null));
      }
    }
  }

  @Test
  void logits_ofShards_equalTheReference() throws OrtException {
    TinyLlama model = TinyLlama.random(13, true);
    requireReference(model, logits(model.write(directory, Dtype.F32, 3), null));
  }

  @Test
  void logits_ofAdaptedRows_equalTheMergedModel() throws OrtException {
    TinyLlama model = TinyLlama.random(14, true);
    var pairs =
        model.randomAdapter(3, List.of(Projection.Q, Projection.V, Projection.O, Projection.DOWN));
    Adapter adapter = TinyLlama.writeAdapter(adapterDirectory, pairs, Dtype.F32);
    float[][] mixed = logits(model.write(directory, Dtype.F32), adapter, false, true, false);
    requireClose(model, mixed, 0);
    requireClose(model.merged(pairs), mixed, 1);
    requireClose(model, mixed, 2);
  }

  private static ModelConfig shape(Random random) {
    int kvHeads = 1 + random.nextInt(3);
    int heads = kvHeads * (1 + random.nextInt(3));
    int headDim = 16 * (1 + random.nextInt(3));
    int hidden = 16 + 4 * random.nextInt(12);
    int layers = 1 + random.nextInt(3);
    double theta = random.nextBoolean() ? 10_000 : 100_000;
    return new ModelConfig(
        hidden, layers, heads, kvHeads, headDim, 24, 70, 20, theta, 1e-6f, true, Set.of());
  }

  private static void requireReference(TinyLlama model, float[][] logits) {
    for (int row = 0; row < PROMPTS.size(); row++) {
      requireClose(model, logits, row);
    }
  }

  private static void requireClose(TinyLlama model, float[][] logits, int row) {
    double[] expected = new ReferenceLlama(model).logits(PROMPTS.get(row));
    for (int token = 0; token < expected.length; token++) {
      assertThat((double) logits[row][token])
          .as("row %d token %d of %s", row, token, model.config())
          .isCloseTo(expected[token], CLOSE);
    }
  }

  /** One prefill run of all prompts, padded on the right with a token that must not matter. */
  private static float[][] logits(
      Checkpoint checkpoint, @Nullable Adapter adapter, boolean... adapted) throws OrtException {
    Path folder = LlamaSession.weightFolder(checkpoint);
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try (SessionOptions options = new SessionOptions();
        AdapterInputs pairs = adapter == null ? null : AdapterInputs.read(adapter)) {
      options.addConfigEntry(
          "session.model_external_initializers_file_folder_path", folder.toString());
      byte[] graph = LlamaGraph.of(checkpoint, adapter, folder);
      addInputs(inputs, checkpoint.config());
      Map<String, OnnxTensor> all = new HashMap<>(inputs);
      if (pairs != null) {
        inputs.put(LlamaGraph.ADAPTED, tensor(column(adapted)));
        all.putAll(inputs);
        all.putAll(pairs.tensors());
      }
      try (OrtSession session = OnnxRuntime.environment().createSession(graph, options);
          OrtSession.Result result = session.run(all, Set.of(LlamaGraph.LOGITS))) {
        return (float[][]) result.get(0).getValue();
      }
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private static void addInputs(Map<String, OnnxTensor> inputs, ModelConfig config)
      throws OrtException {
    int rows = PROMPTS.size();
    int width = PROMPTS.stream().mapToInt(List::size).max().orElseThrow();
    long[][] ids = new long[rows][width];
    int[] ends = new int[rows];
    long[][] last = new long[rows][1];
    for (int row = 0; row < rows; row++) {
      Arrays.fill(ids[row], 7);
      for (int i = 0; i < PROMPTS.get(row).size(); i++) {
        ids[row][i] = PROMPTS.get(row).get(i);
      }
      ends[row] = PROMPTS.get(row).size() - 1;
      last[row][0] = ends[row];
    }
    inputs.put(LlamaGraph.INPUT_IDS, tensor(ids));
    inputs.put(LlamaGraph.SEQUENCE_ENDS, tensor(ends));
    inputs.put(LlamaGraph.LONGEST, tensor(width));
    inputs.put(LlamaGraph.LAST_COLUMN, tensor(last));
    long[] none = {rows, config.kvHeads(), 0, config.headDim()};
    for (int layer = 0; layer < config.layers(); layer++) {
      inputs.put(LlamaGraph.past(layer, "key"), empty(none));
      inputs.put(LlamaGraph.past(layer, "value"), empty(none));
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
