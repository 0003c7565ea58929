package io.tiltmeter.gateway.cli;

import io.tiltmeter.evaluator.gguf.GgufImport;
import io.tiltmeter.evaluator.gguf.ImportedModel;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tiltmeter model import}: a GGUF file as a model directory. */
@Command(
    name = "import",
    description = "Write a GGUF file of a Llama model as a Hugging Face directory.",
    footer = {
      "",
      "Reads F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q4_K and Q6_K; quantised weights become",
      "float32.",
      "",
      "Examples:",
      "  tiltmeter model import model.Q4_K_M.gguf models/base",
      "  tiltmeter model import model.Q4_K_M.gguf models/base --json"
    })
final class ModelImportCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(index = "0", paramLabel = "FILE.gguf", description = "The file.")
  private Path file;

  @Parameters(
      index = "1",
      paramLabel = "DIR",
      description = "The directory to write; it must not exist or be empty.")
  private Path directory;

  /** What is printed. */
  record ImportView(List<ModelAddCommand.FileView> files, String architecture, long parameters) {
    static ImportView of(ImportedModel model) {
      return new ImportView(
          model.manifest().files().stream().map(ImportView::view).toList(),
          model.architecture(),
          model.parameters());
    }

    private static ModelAddCommand.FileView view(PinnedFile file) {
      return new ModelAddCommand.FileView(file.path(), file.size(), file.digest().hex());
    }
  }

  @Override
  public Integer call() {
    Talk.Stage stage = common.talk(spec.commandLine().getErr()).stage("MiB");
    ImportedModel model = GgufImport.run(file, directory, stage::at);
    stage.done();
    ImportView view = ImportView.of(model);
    PrintWriter out = spec.commandLine().getOut();
    if (common.json()) {
      out.println(Json.line(view));
    } else {
      print(view, out);
    }
    out.flush();
    return ExitCode.OK;
  }

  private static void print(ImportView view, PrintWriter out) {
    out.println("%s, %,d parameters".formatted(view.architecture(), view.parameters()));
    int width = view.files().stream().mapToInt(file -> file.path().length()).max().orElse(0);
    String row = "%-" + width + "s  %,15d  %s";
    out.println(("%-" + width + "s  %15s  %s").formatted("file", "bytes", "sha256"));
    view.files()
        .forEach(file -> out.println(row.formatted(file.path(), file.size(), file.sha256())));
  }
}
