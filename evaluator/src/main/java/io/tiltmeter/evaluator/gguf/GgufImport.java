package io.tiltmeter.evaluator.gguf;

import io.tiltmeter.evaluator.checkpoint.LlamaTensors;
import io.tiltmeter.evaluator.checkpoint.ModelConfig;
import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.evaluator.checkpoint.NewDirectory;
import io.tiltmeter.evaluator.checkpoint.NewTensor;
import io.tiltmeter.evaluator.checkpoint.Projection;
import io.tiltmeter.evaluator.checkpoint.SafetensorsWriter;
import io.tiltmeter.policy.lineage.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/** Turns a GGUF file of a Llama model into a model directory in Hugging Face layout. */
public final class GgufImport {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final GgufFile file;
  private final Progress progress;
  private final LlamaMetadata metadata;
  private final ModelConfig config;
  private final GgufTokenizer tokenizer;
  private final Map<String, List<Long>> shapes;
  private long written;
  private long total;

  /** Hears how much was written. */
  public interface Progress {
    /** Called after each tensor, with mebibytes of weights. */
    void at(int done, int total);
  }

  private GgufImport(GgufFile file, Progress progress) {
    this.file = file;
    this.progress = progress;
    this.metadata = new LlamaMetadata(file);
    this.config = metadata.config();
    this.tokenizer = GgufTokenizer.read(file.metadata(), config.vocabulary());
    this.shapes = LlamaTensors.shapes(config);
  }

  /**
   * Writes the directory: float32 where the file is quantised, the file's own type elsewhere.
   *
   * @param out must not exist or be empty; complete on return, untouched on failure
   * @throws ModelException in one line, if the file is damaged or cannot be converted, or {@code
   *     out} cannot be written
   */
  public static ImportedModel run(Path gguf, Path out, Progress progress) {
    try (GgufFile file = GgufFile.open(gguf)) {
      GgufImport run = new GgufImport(file, progress);
      List<NewTensor> tensors = run.tensors();
      List<Manifest> manifests = new ArrayList<>();
      NewDirectory.write(
          out,
          directory -> {
            run.writeAll(directory, tensors);
            manifests.add(ImportedModel.manifest(directory));
          });
      return new ImportedModel(manifests.getFirst(), LlamaMetadata.ARCHITECTURE, run.parameters());
    } catch (IOException e) {
      throw new ModelException("%s: cannot be read".formatted(gguf), e);
    }
  }

  private void writeAll(Path directory, List<NewTensor> tensors) throws IOException {
    write(directory.resolve("config.json"), metadata.json(config));
    write(directory.resolve("tokenizer.json"), tokenizer.json());
    write(directory.resolve("tokenizer_config.json"), tokenizer.config(metadata, config));
    Path template = directory.resolve("chat_template.jinja");
    String text = file.metadata().text("tokenizer.chat_template").orElse("");
    if (!text.isEmpty()) {
      Files.writeString(template, text);
    }
    SafetensorsWriter.write(directory.resolve("model.safetensors"), tensors);
  }

  private static void write(Path file, Map<String, Object> json) throws IOException {
    Files.writeString(
        file, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
  }

  /** All weights that the configuration calls for; the file must hold no others. */
  private List<NewTensor> tensors() {
    List<NewTensor> tensors = new ArrayList<>();
    Set<String> unused = new HashSet<>(file.tensors().keySet());
    shapes.forEach(
        (name, shape) -> {
          GgufTensor stored = TensorNames.require(file, TensorNames.of(name), shape);
          unused.remove(stored.name());
          TensorRows rows = new TensorRows(file, stored, heads(name));
          NewTensor.Body body =
              channel -> {
                rows.writeTo(channel);
                written += bytes(stored);
                progress.at(mebibytes(written), mebibytes(total));
              };
          total += bytes(stored);
          tensors.add(new NewTensor(name, stored.type().dtype(), shape, body));
        });
    unused.stream()
        .sorted()
        .findFirst()
        .ifPresent(
            name -> {
              throw TensorNames.unused(file, name);
            });
    return tensors;
  }

  private static long bytes(GgufTensor stored) {
    return stored.elements() * stored.type().dtype().bytes();
  }

  private static int mebibytes(long bytes) {
    return (int) (bytes >> 20);
  }

  private int heads(String name) {
    if (name.contains(Projection.Q.path())) {
      return config.heads();
    }
    return name.contains(Projection.K.path()) ? config.kvHeads() : 0;
  }

  private long parameters() {
    return shapes.values().stream()
        .mapToLong(shape -> shape.stream().reduce(1L, Math::multiplyExact))
        .sum();
  }
}
