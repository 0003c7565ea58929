package io.tiltmeter.evaluator.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.onnx.ArchitectureCase;
import io.tiltmeter.evaluator.onnx.ExportCase;
import io.tiltmeter.evaluator.text.TinyTokenizer;
import io.tiltmeter.policy.gate.Policy.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real export in a real child process. */
class ExportInRunnerTest {
  @TempDir Path directory;
  private Path base;
  private Path export;

  @BeforeEach
  void writeModels() throws IOException {
    base = Files.createDirectory(directory.resolve("base"));
    export = Files.createDirectory(directory.resolve("export"));
    ArchitectureCase.read("llama").writeModel(base);
    new ExportCase("llama", "merged").write(export);
    TinyTokenizer.write(base);
    TinyTokenizer.write(export);
  }

  @Test
  void answer_checkpointAndItsExport_giveTheSameTokensContained() {
    assumeTrue(canContain(), "neither bwrap nor unshare works here");
    PairSource pair = new PairSource.TwoModels(base, export);
    try (ModelRunner runner =
        ModelRunner.start(pair, RunnerSettings.DEFAULT.withThreads(1).withExports())) {
      assertThat(runner.runtime().graph()).isEqualTo("built+export");
      assertThat(runner.runtime().isContained()).isTrue();
      Map<Side, List<Integer>> answers = new HashMap<>();
      Ask.Input input = new Ask.Input.Raw("hello, how are you?");
      runner.answer(
          List.of(new Ask("q", Side.BASE, input), new Ask("q", Side.TUNED, input)),
          16,
          answer -> answers.put(answer.side(), answer.tokens()));
      assertThat(answers.get(Side.TUNED)).hasSize(16).isEqualTo(answers.get(Side.BASE));
    }
  }

  @Test
  void start_exportNotAllowed_saysWhatToDo() {
    assertThatThrownBy(
            () -> ModelRunner.start(new PairSource.BaseOnly(export), RunnerSettings.DEFAULT))
        .isInstanceOf(RunnerException.class)
        .hasMessageContaining("holds an ONNX graph, expected safetensors")
        .hasMessageContaining("--allow-onnx");
  }

  @Test
  void start_adapterOnExport_isRefusedByName() throws IOException {
    assumeTrue(canContain(), "neither bwrap nor unshare works here");
    Path adapter = Files.createDirectory(directory.resolve("adapter"));
    assertThatThrownBy(
            () ->
                ModelRunner.start(
                    new PairSource.WithAdapter(export, adapter),
                    RunnerSettings.DEFAULT.withExports()))
        .isInstanceOf(RunnerException.class)
        .hasMessageContaining("an ONNX export takes no adapter");
  }

  @Test
  void settings_exportsWithoutContainment_areRefused() {
    RunnerSettings settings = RunnerSettings.DEFAULT.withExports();
    assertThatThrownBy(() -> settings.withSandbox(Sandbox.PREFERRED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs a contained process");
  }

  private boolean canContain() {
    try (ModelRunner runner =
        ModelRunner.start(new PairSource.BaseOnly(base), RunnerSettings.DEFAULT)) {
      return runner.runtime().isContained();
    }
  }
}
