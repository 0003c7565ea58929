package io.tiltmeter.evaluator.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.tiltmeter.evaluator.checkpoint.Export;
import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.evaluator.checkpoint.StoredModel;
import io.tiltmeter.evaluator.onnx.ExportCase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real exports, each with one thing that no export holds. */
class ExportVettingTest {
  @TempDir Path directory;
  private Path graph;
  private Path data;

  @BeforeEach
  void writeExport() throws IOException {
    new ExportCase("llama", "single").write(directory);
    graph = directory.resolve("model.onnx");
    data = directory.resolve("model.onnx_data");
  }

  @Test
  void vet_export_keepsNothingButWhatComputes() throws IOException {
    change(
        model -> {
          model.setDocString("marker").setProducerName("marker");
          model.getGraphBuilder().setDocString("marker").setName("marker");
          model.getGraphBuilder().getNodeBuilder(0).setName("marker").setDocString("marker");
        });
    VettedGraph vetted = vet().getFirst();
    assertThat(vetted.model().toByteString().toString(StandardCharsets.ISO_8859_1))
        .doesNotContain("marker");
    assertThat(vetted.takesPast()).isTrue();
    assertThat(vetted.takesBranch()).isFalse();
    assertThat(vetted.model().getGraph().getOutputList())
        .extracting(ValueInfoProto::getName)
        .doesNotContain(VettedGraph.LOGITS)
        .contains(NextToken.NEXT, NextToken.LOGIT_SUM);
  }

  @ParameterizedTest
  @MethodSource("io.tiltmeter.evaluator.export.HostileGraphs#all")
  void vet_whatNoExportHolds_isRefusedByName(String named, Consumer<ModelProto.Builder> change)
      throws IOException {
    change(change);
    assertRefused(named);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../model.onnx_data",
        "/etc/passwd",
        "./model.onnx_data",
        "config.json",
        "sub/model.onnx_data",
        "",
        "*/_ORT_MEM_ADDR_/*"
      })
  void vet_weightsElsewhere_areRefusedByName(String location) throws IOException {
    change(model -> HostileGraphs.place(model, "location", location));
    assertRefused("lies in \"%s\"; expected the name of a *.onnx_data file".formatted(location));
  }

  @Test
  void vet_placeOfWeightsOutOfTheFile_isRefusedByName() throws IOException {
    long size = Files.size(data);
    change(model -> HostileGraphs.place(model, "offset", "" + (size - 4)));
    assertRefused("needs 131072 bytes, found bytes %d".formatted(size - 4));
    change(model -> HostileGraphs.place(model, "offset", "-1"));
    assertRefused("offset: expected a number of bytes, found \"-1\"");
    change(model -> HostileGraphs.place(model, "offset", "9".repeat(18)));
    assertRefused("needs 131072 bytes");
    change(model -> HostileGraphs.place(model, "offset", "9".repeat(30)));
    assertRefused("offset: expected a number of bytes");
    change(
        model -> {
          HostileGraphs.place(model, "offset", "0");
          HostileGraphs.place(model, "length", "12");
        });
    assertRefused("needs 131072 bytes, found bytes 0 to 12");
    change(model -> HostileGraphs.place(model, "basepath", "/"));
    assertRefused("which gives \"basepath\" of its data");
  }

  @Test
  void vet_largeWeightInside_staysInTheFile() throws IOException {
    byte[] numbers = Files.readAllBytes(data);
    change(
        model ->
            HostileGraphs.weight(model)
                .clearExternalData()
                .clearDataLocation()
                .setRawData(ByteString.copyFrom(numbers, 0, 131072)));
    TensorProto vetted =
        vet().getFirst().model().getGraph().getInitializerList().stream()
            .filter(tensor -> tensor.getDimsList().equals(List.of(512L, 64L)))
            .findFirst()
            .orElseThrow();
    assertThat(vetted.getExternalData(0).getValue()).isEqualTo("model.onnx");
    int offset = Integer.parseInt(vetted.getExternalData(1).getValue());
    byte[] file = Files.readAllBytes(graph);
    assertThat(Arrays.copyOfRange(file, offset, offset + 131072))
        .isEqualTo(Arrays.copyOf(numbers, 131072));
  }

  @Test
  void vet_largeWeightAsListOfNumbers_isRefused() throws IOException {
    change(
        model ->
            HostileGraphs.weight(model)
                .clearExternalData()
                .clearDataLocation()
                .addAllFloatData(Collections.nCopies(512 * 64, 1f)));
    assertRefused("member 4 of a large tensor");
  }

  @Test
  void vet_secondGraph_isRefused() throws IOException {
    Files.write(graph, Files.readAllBytes(graph), StandardOpenOption.APPEND);
    assertRefused("a second graph");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\u0080\u0004\u0095", "PK\u0003\u0004", "{\"a\": 1}"})
  void vet_otherBytes_areRefused(String content) throws IOException {
    Files.write(graph, content.getBytes(StandardCharsets.ISO_8859_1));
    assertRefused("refused: ");
  }

  @Test
  void vet_cutOrChangedBytes_neverFailsInAnotherWay() throws IOException {
    byte[] whole = Files.readAllBytes(graph);
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 400; i++) {
      byte[] bytes = Arrays.copyOf(whole, whole.length - random.nextInt(3) * i * 50);
      for (int change = 0; change <= i % 3; change++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Files.write(graph, bytes);
      try {
        assertThat(vet()).hasSize(1);
      } catch (ModelException e) {
        assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
      } catch (RuntimeException e) {
        fail("change %d".formatted(i), e);
      }
    }
  }

  @Test
  void vet_otherNumbersInConfiguration_areNamed() throws IOException {
    Path config = directory.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace("\"num_key_value_heads\": 2", "\"num_key_value_heads\": 4"));
    assertRefused(
        "input \"past_key_values.0.key\": expected FLOAT[*, 4, *, 16] by config.json, found FLOAT[*, 2, *, 16]");
  }

  @Test
  void vet_dataThatNoGraphRefersTo_isRefused() throws IOException {
    Files.write(directory.resolve("other.onnx_data"), new byte[8]);
    assertRefused("no graph refers to other.onnx_data");
  }

  @Test
  void vet_pairInTheWrongOrder_isRefused(@TempDir Path pair) throws IOException {
    new ExportCase("llama", "pair").write(pair);
    Files.copy(directory.resolve("model.onnx_data"), pair.resolve("model.onnx_data"));
    Files.delete(pair.resolve("decoder_model.onnx"));
    Files.delete(pair.resolve("decoder_model.onnx_data"));
    Files.copy(graph, pair.resolve("decoder_model.onnx"));
    assertThatThrownBy(() -> ExportVetting.vet((Export) StoredModel.read(pair, true)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("after one that takes none");
  }

  private void assertRefused(String named) {
    assertThatThrownBy(this::vet).isInstanceOf(ModelException.class).hasMessageContaining(named);
  }

  private List<VettedGraph> vet() {
    return ExportVetting.vet((Export) StoredModel.read(directory, true));
  }

  private void change(Consumer<ModelProto.Builder> change) throws IOException {
    ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(graph)).toBuilder();
    change.accept(model);
    Files.write(graph, model.build().toByteArray());
  }
}
