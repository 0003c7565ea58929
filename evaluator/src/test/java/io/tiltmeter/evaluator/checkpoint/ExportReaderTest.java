package io.tiltmeter.evaluator.checkpoint;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.evaluator.onnx.ExportCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and configuration of exports. */
class ExportReaderTest {
  @TempDir Path directory;

  @BeforeEach
  void writeExport() throws IOException {
    new ExportCase("llama", "single").write(directory);
  }

  @Test
  void read_notAllowed_saysWhatToDo() {
    assertThatThrownBy(() -> StoredModel.read(directory, false))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "%s: holds an ONNX graph, expected safetensors; allow it with --allow-onnx, or give"
                + " the model that it was exported from",
            directory);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model_quantized.onnx",
        "decoder_model_merged.onnx",
        "modeling.py",
        "pytorch_model.bin",
        "plugin.so"
      })
  void read_moreFiles_areRefusedByName(String name) throws IOException {
    Files.write(directory.resolve(name), new byte[8]);
    assertThatThrownBy(() -> StoredModel.read(directory, true))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(name);
  }

  @Test
  void read_graphBesideSafetensors_isRefusedByName() throws IOException {
    Files.write(directory.resolve("model.safetensors"), new byte[8]);
    assertThatThrownBy(() -> StoredModel.read(directory, true))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("model.onnx: refused (ONNX graph)");
  }

  @Test
  void read_linkOutOfTheDirectory_isRefusedByName(@TempDir Path elsewhere) throws IOException {
    Path data = directory.resolve("model.onnx_data");
    Path outside = Files.move(data, elsewhere.resolve("model.onnx_data"));
    Files.createSymbolicLink(data, outside);
    assertThatThrownBy(() -> StoredModel.read(directory, true))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("model.onnx_data: symbolic link that leaves");
  }

  @Test
  void read_codeInConfiguration_isRefusedByName() throws IOException {
    Path config = directory.resolve("config.json");
    Files.writeString(
        config, Files.readString(config).replaceFirst("\\{", "{\"auto_map\": {\"a\": \"b\"},"));
    assertThatThrownBy(() -> StoredModel.read(directory, true))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("auto_map is not supported");
  }
}
