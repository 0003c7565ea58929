package io.tiltmeter.evaluator.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.tiltmeter.evaluator.checkpoint.CheckpointReader;
import io.tiltmeter.evaluator.checkpoint.Export;
import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.evaluator.checkpoint.StoredModel;
import io.tiltmeter.evaluator.decode.DecodeSettings;
import io.tiltmeter.evaluator.decode.Generation;
import io.tiltmeter.evaluator.decode.Generation.Stopped;
import io.tiltmeter.evaluator.decode.ModelPair;
import io.tiltmeter.evaluator.decode.Prompt;
import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.export.ExportVetting;
import io.tiltmeter.evaluator.export.NextToken;
import io.tiltmeter.evaluator.export.VettedGraph;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ready exports against what the transformers library answers, token for token. */
class ExportTest {
  private static final Offset<Double> CLOSE = Offset.offset(1e-4);
  private static final long ROOM = 1L << 30;

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"llama, single", "qwen2, single", "llama, merged", "llama, pair"})
  void answers_ofOneMixedBatch_equalTransformers(String architecture, String layout)
      throws IOException {
    StoredModel export = written(architecture, layout);
    ArchitectureCase reference = ArchitectureCase.read(architecture);
    assertThat(answers(export, reference.prompts(), 32)).isEqualTo(reference.answers("base"));
  }

  @ParameterizedTest
  @CsvSource({"llama, single", "llama, merged", "llama, pair"})
  void answers_ofWeightsInsideTheGraph_equalTransformers(String architecture, String layout)
      throws IOException {
    new ExportCase(architecture, layout).write(directory);
    for (Path graph : ((Export) StoredModel.read(directory, true)).graphs()) {
      ExportCase.inline(graph);
    }
    ArchitectureCase reference = ArchitectureCase.read(architecture);
    assertThat(answers(StoredModel.read(directory, true), reference.prompts(), 32))
        .isEqualTo(reference.answers("base"));
  }

  @ParameterizedTest
  @CsvSource({"llama, single, 1", "llama, pair, 1", "qwen2, single, 5"})
  void answers_ofOtherBatches_areTheSame(String architecture, String layout, int rows)
      throws IOException {
    StoredModel export = written(architecture, layout);
    ArchitectureCase reference = ArchitectureCase.read(architecture);
    assertThat(answers(export, reference.prompts().subList(0, 6), rows))
        .isEqualTo(reference.answers("base").subList(0, 6));
  }

  @ParameterizedTest
  @CsvSource({"llama, single", "qwen2, single", "llama, merged", "llama, pair"})
  void logits_ofFirstPrompts_equalTransformers(String architecture, String layout)
      throws IOException, OrtException {
    StoredModel export = written(architecture, layout);
    ArchitectureCase reference = ArchitectureCase.read(architecture);
    List<List<Double>> expected = reference.logits("base");
    for (int prompt = 0; prompt < expected.size(); prompt++) {
      float[] found = logits((Export) export, reference.prompts().get(prompt));
      assertThat(found).hasSize(expected.get(prompt).size());
      for (int token = 0; token < found.length; token++) {
        assertThat((double) found[token]).isCloseTo(expected.get(prompt).get(token), CLOSE);
      }
    }
  }

  @Test
  void answers_ofCheckpointAndItsExport_areTheSame() throws IOException {
    Path base = Files.createDirectory(directory.resolve("base"));
    Path tuned = Files.createDirectory(directory.resolve("tuned"));
    ArchitectureCase reference = ArchitectureCase.read("llama");
    reference.writeModel(base);
    new ExportCase("llama", "single").write(tuned);
    List<Prompt> prompts = new ArrayList<>();
    for (Side side : Side.values()) {
      prompts.add(new Prompt("p", side, reference.prompts().get(9)));
    }
    Map<Side, List<Integer>> answers = new HashMap<>();
    try (ModelPair pair =
        ModelPair.ofModels(
            CheckpointReader.read(base), StoredModel.read(tuned, true), settings(2))) {
      assertThat(pair.graph()).isEqualTo("built+export");
      pair.generate(prompts, 32, answer -> answers.put(answer.side(), answer.tokens()));
    }
    assertThat(answers.get(Side.TUNED))
        .hasSize(32)
        .isEqualTo(answers.get(Side.BASE))
        .isEqualTo(reference.answers("base").get(9).subList(0, 32));
  }

  @Test
  void answers_atStopTokens_endBeforeThem() throws IOException {
    new ExportCase("llama", "single").write(directory);
    ArchitectureCase reference = ArchitectureCase.read("llama");
    int stop = reference.answers("base").getFirst().get(10);
    Files.writeString(
        directory.resolve("generation_config.json"), "{\"eos_token_id\": [%d]}".formatted(stop));
    StoredModel export = StoredModel.read(directory, true);
    List<Generation> ended = generate(export, reference.prompts(), 32);
    for (Generation answer : ended) {
      List<Integer> whole = reference.answers("base").get(Integer.parseInt(answer.id()));
      int end = whole.indexOf(stop);
      assertThat(answer.tokens()).isEqualTo(end < 0 ? whole : whole.subList(0, end));
      assertThat(answer.stopped()).isEqualTo(end < 0 ? Stopped.LENGTH : Stopped.EOS);
    }
    assertThat(ended).extracting(Generation::stopped).contains(Stopped.EOS);
  }

  @Test
  void answers_ofWeightsWithNaN_areRefusedByName() throws IOException {
    StoredModel export = written("llama", "single");
    Path data = directory.resolve("model.onnx_data");
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(data)).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = bytes.capacity() - 512 * Float.BYTES; i < bytes.capacity(); i += Float.BYTES) {
      bytes.putFloat(i, Float.NaN);
    }
    Files.write(data, bytes.array());
    assertThatThrownBy(() -> generate(export, List.of(List.of(1, 2, 3)), 1))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("base model in " + directory.toRealPath())
        .hasMessageContaining("gave NaN or Infinity at token 1");
  }

  @Test
  void open_graphThatTakesPaddingForText_isRefusedByName() throws IOException {
    StoredModel export = written("llama", "single");
    heedEveryColumn(directory.resolve("model.onnx"));
    assertThatThrownBy(() -> ModelPair.ofBase(export, settings(2)).close())
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("answers a prompt in another way when it is padded");
  }

  /** Puts a mask of ones in the place of the one that is given. */
  private static void heedEveryColumn(Path file) throws IOException {
    ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
    GraphProto.Builder graph = model.getGraphBuilder();
    for (NodeProto.Builder node : graph.getNodeBuilderList()) {
      for (int i = 0; i < node.getInputCount(); i++) {
        if (node.getInput(i).equals(VettedGraph.ATTENTION_MASK)) {
          node.setInput(i, "ones");
        }
      }
    }
    graph.addNode(
        0,
        NodeProto.newBuilder()
            .setOpType("Equal")
            .addInput(VettedGraph.ATTENTION_MASK)
            .addInput(VettedGraph.ATTENTION_MASK)
            .addOutput("everywhere"));
    graph.addNode(
        1,
        NodeProto.newBuilder()
            .setOpType("Cast")
            .addInput("everywhere")
            .addOutput("ones")
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("to")
                    .setType(AttributeProto.AttributeType.INT)
                    .setI(TensorProto.DataType.INT64_VALUE)));
    Files.write(file, model.build().toByteArray());
  }

  private StoredModel written(String architecture, String layout) throws IOException {
    new ExportCase(architecture, layout).write(directory);
    return StoredModel.read(directory, true);
  }

  private static List<List<Integer>> answers(
      StoredModel export, List<List<Integer>> prompts, int rows) {
    return generate(export, prompts, rows).stream().map(Generation::tokens).toList();
  }

  /** Answers in the order of the prompts. */
  private static List<Generation> generate(
      StoredModel export, List<List<Integer>> prompts, int rows) {
    List<Prompt> asked = new ArrayList<>();
    prompts.forEach(tokens -> asked.add(new Prompt("" + asked.size(), Side.BASE, tokens)));
    Map<String, Generation> answers = new HashMap<>();
    try (ModelPair pair = ModelPair.ofBase(export, settings(rows))) {
      pair.generate(asked, 64, answer -> answers.put(answer.id(), answer));
    }
    return asked.stream().map(prompt -> answers.get(prompt.id())).toList();
  }

  private static float[] logits(Export export, List<Integer> prompt) throws OrtException {
    long[][] ids = {prompt.stream().mapToLong(Integer::longValue).toArray()};
    long[][] mask = {prompt.stream().mapToLong(_ -> 1).toArray()};
    long[][] positions = {LongStream.range(0, prompt.size()).toArray()};
    VettedGraph graph = ExportVetting.vet(export).getFirst();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.addConfigEntry(
          "session.model_external_initializers_file_folder_path", export.directory().toString());
      try (Pass pass = new Pass();
          OrtSession session =
              OnnxRuntime.environment().createSession(graph.model().toByteArray(), options)) {
        pass.input(VettedGraph.INPUT_IDS, () -> tensor(ids));
        pass.input(VettedGraph.ATTENTION_MASK, () -> tensor(mask));
        pass.input(VettedGraph.POSITION_IDS, () -> tensor(positions));
        if (graph.takesBranch()) {
          pass.input(VettedGraph.BRANCH, () -> tensor(new boolean[] {false}));
        }
        for (String name : session.getInputNames()) {
          if (name.startsWith("past_key_values")) {
            pass.input(name, () -> noPast(export));
          }
        }
        try (OrtSession.Result result = session.run(pass.inputs(), Set.of(NextToken.LAST_LOGITS))) {
          return ((float[][]) result.get(0).getValue())[0];
        }
      }
    }
  }

  private static OnnxTensor noPast(Export export) throws OrtException {
    long[] shape = {1, export.dimensions().kvHeads(), 0, export.dimensions().headDim()};
    return OnnxTensor.createTensor(OnnxRuntime.environment(), FloatBuffer.allocate(0), shape);
  }

  private static OnnxTensor tensor(Object value) throws OrtException {
    return OnnxTensor.createTensor(OnnxRuntime.environment(), value);
  }

  private static DecodeSettings settings(int rows) {
    return new DecodeSettings(new Execution(Provider.CPU, 1), rows, ROOM);
  }
}
