package io.tiltmeter.evaluator.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.evaluator.checkpoint.Adapter;
import io.tiltmeter.evaluator.checkpoint.Adapter.Site;
import io.tiltmeter.evaluator.checkpoint.Checkpoint;
import io.tiltmeter.evaluator.checkpoint.Dtype;
import io.tiltmeter.evaluator.checkpoint.ModelConfig;
import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.evaluator.checkpoint.Projection;
import io.tiltmeter.evaluator.checkpoint.Rope;
import io.tiltmeter.evaluator.checkpoint.TensorEntry;
import io.tiltmeter.evaluator.checkpoint.Traits;
import io.tiltmeter.evaluator.onnx.TinyLlama.LowRank;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecoderSessionTest {
  @TempDir Path directory;

  private final TinyLlama model = TinyLlama.random(31, true);

  @Test
  void open_onTheCpu_reportsWhatRuns() {
    try (DecoderSession session = open(Provider.CPU)) {
      assertThat(session.runtime())
          .isEqualTo(new RuntimeInfo(Provider.CPU, "1.29.0", 1, WeightFormat.FLOAT32));
    }
  }

  @Test
  void open_withoutAWishForADevice_reportsTheChoice() {
    try (DecoderSession session = open(Provider.AUTO)) {
      assertThat(session.runtime().provider()).isEqualTo(Provider.CPU);
    }
  }

  @Test
  void open_withAProviderThatIsNotBuiltIn_saysHowToGetIt() {
    assertThatThrownBy(() -> open(Provider.CUDA))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "provider \"cuda\" needs a runtime with CUDAExecutionProvider, this one (ONNX Runtime 1.29.0) has [CPUExecutionProvider]; build with \"mvn -Pgpu\" (onnxruntime_gpu) or use provider \"cpu\"");
    assertThatThrownBy(() -> open(Provider.TENSORRT))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith(
            "provider \"tensorrt\" needs a runtime with TensorrtExecutionProvider");
  }

  @Test
  void open_withHeadsThatTheRuntimeCannotRun_saysSo() {
    var narrow =
        new ModelConfig(
            32, 1, 4, 2, 8, 48, 64, 16, Rope.plain(10_000, 8), 1e-5f, true, Set.of(), Traits.NONE);
    Checkpoint checkpoint = TinyLlama.random(1, narrow).write(directory, Dtype.F32);
    assertThatThrownBy(() -> DecoderSession.open(checkpoint, null, new Execution(Provider.CPU, 1)))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "model in %s has heads of width 8; ONNX Runtime runs multiples of 16 only, use another base model",
            checkpoint.directory());
  }

  @Test
  void open_withWeightsInAnotherFolder_findsThem() throws IOException {
    Path blobs = Files.createDirectories(directory.resolve("blobs"));
    Path snapshot = Files.createDirectories(directory.resolve("snapshots/a"));
    var linked = new Checkpoint(snapshot.toRealPath(), model.config(), write(blobs).tensors());
    DecoderSession.open(linked, null, new Execution(Provider.CPU, 1)).close();
  }

  @Test
  void weightFolder_ofFilesInTwoFolders_isTheirCommonParent() throws IOException {
    Path first = Files.createDirectories(directory.resolve("a/b"));
    Path second = Files.createDirectories(directory.resolve("a/c"));
    Map<String, TensorEntry> tensors = new HashMap<>(write(first).tensors());
    TensorEntry moved = write(second).tensors().values().iterator().next();
    tensors.put(moved.name(), moved);
    assertThat(DecoderSession.weightFolder(new Checkpoint(first, model.config(), tensors), null))
        .isEqualTo(directory.toRealPath().resolve("a"));
  }

  @Test
  void open_withATruncatedWeightFile_saysWhichModel() throws IOException {
    Checkpoint checkpoint = write(directory);
    Files.write(checkpoint.directory().resolve("model-0.safetensors"), new byte[100]);
    assertThatThrownBy(() -> DecoderSession.open(checkpoint, null, new Execution(Provider.CPU, 1)))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith("ONNX Runtime refused the model in " + checkpoint.directory())
        .hasMessageNotContaining("\n");
  }

  @Test
  void open_withAnAdapterThatHoldsNan_namesTensorAndElement() throws IOException {
    Site site = new Site(1, Projection.UP);
    LowRank pair = model.randomAdapter(1, List.of(Projection.UP)).get(site);
    assertThat(pair).isNotNull();
    pair.b().values()[5] = Float.NaN;
    Path folder = Files.createDirectories(directory.resolve("adapter"));
    Adapter adapter = TinyLlama.writeAdapter(folder, Map.of(site, pair), Dtype.F32);
    Checkpoint checkpoint = write(directory);
    assertThatThrownBy(
            () -> DecoderSession.open(checkpoint, adapter, new Execution(Provider.CPU, 1)))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "adapter tensor \"%s.lora_B.weight\" in %s holds NaN or Infinity at element 5; expected finite values, train it again",
            site, adapter.directory().resolve("adapter_model.safetensors"));
  }

  @Test
  void close_twice_doesNothingMore() {
    DecoderSession session = open(Provider.CPU);
    session.close();
    session.close();
  }

  private DecoderSession open(Provider provider) {
    return DecoderSession.open(write(directory), null, new Execution(provider, 1));
  }

  private Checkpoint write(Path folder) {
    return model.write(folder, Dtype.F32);
  }
}
