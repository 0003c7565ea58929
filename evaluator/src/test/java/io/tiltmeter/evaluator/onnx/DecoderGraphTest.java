package io.tiltmeter.evaluator.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import io.tiltmeter.evaluator.checkpoint.Adapter;
import io.tiltmeter.evaluator.checkpoint.Dtype;
import io.tiltmeter.evaluator.checkpoint.ModelConfig;
import io.tiltmeter.evaluator.checkpoint.Projection;
import io.tiltmeter.evaluator.checkpoint.Rope;
import io.tiltmeter.evaluator.checkpoint.Traits;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logits of the graph against the same model written down in float64. */
class DecoderGraphTest {
  private static final Offset<Double> CLOSE = Offset.offset(1e-4);
  private static final List<List<Integer>> PROMPTS =
      List.of(List.of(5, 9, 63, 0, 17, 8, 8, 21), List.of(40), List.of(1, 2, 3));

  @TempDir Path directory;
  @TempDir Path adapterDirectory;

  @Test
  void logits_ofFloat32Files_equalTheReference() throws OrtException {
    for (boolean tied : new boolean[] {true, false}) {
      TinyLlama model = TinyLlama.random(11, tied);
      requireReference(model, FirstLogits.of(model.write(directory, Dtype.F32), null, PROMPTS));
    }
  }

  @Test
  void logits_ofRandomShapes_equalTheReference() throws OrtException {
    for (long seed = 1; seed <= 5; seed++) {
      TinyLlama model = TinyLlama.random(seed, shape(new Random(seed)));
      requireReference(model, FirstLogits.of(model.write(directory, Dtype.F32), null, PROMPTS));
    }
  }

  @Test
  void logits_ofHalfWidthFiles_equalTheReferenceOnRoundedWeights() throws OrtException {
    for (Dtype dtype : new Dtype[] {Dtype.BF16, Dtype.F16}) {
      for (boolean tied : new boolean[] {true, false}) {
        TinyLlama model = TinyLlama.random(12, tied);
        requireReference(
            model.roundedTo(dtype), FirstLogits.of(model.write(directory, dtype), null, PROMPTS));
      }
    }
  }

  @Test
  void logits_ofShards_equalTheReference() throws OrtException {
    TinyLlama model = TinyLlama.random(13, true);
    requireReference(model, FirstLogits.of(model.write(directory, Dtype.F32, 3), null, PROMPTS));
  }

  @Test
  void logits_ofAdaptedRows_equalTheMergedModel() throws OrtException {
    TinyLlama model = TinyLlama.random(14, true);
    var pairs =
        model.randomAdapter(3, List.of(Projection.Q, Projection.V, Projection.O, Projection.DOWN));
    Adapter adapter = TinyLlama.writeAdapter(adapterDirectory, pairs, Dtype.F32);
    float[][] mixed =
        FirstLogits.of(model.write(directory, Dtype.F32), adapter, PROMPTS, false, true, false);
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
        hidden,
        layers,
        heads,
        kvHeads,
        headDim,
        24,
        70,
        20,
        Rope.plain(theta, headDim),
        1e-6f,
        true,
        Set.of(),
        Traits.NONE);
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
}
