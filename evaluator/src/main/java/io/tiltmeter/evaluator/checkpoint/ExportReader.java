package io.tiltmeter.evaluator.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the names and the configuration of an ONNX export; what computes is not looked into. */
final class ExportReader {
  private static final Pattern GRAPH = Pattern.compile(".*\\.onnx");
  private static final Pattern DATA = Pattern.compile(".*\\.onnx(_data|\\.data)(_\\d+)?");

  /** The graphs of each layout, in the order in which they run. */
  private static final List<List<String>> LAYOUTS =
      List.of(
          List.of("model.onnx"),
          List.of("decoder_model_merged.onnx"),
          List.of("decoder_model.onnx", "decoder_with_past_model.onnx"));

  private ExportReader() {}

  /** Whether a directory holds ONNX graphs and no safetensors; false if it cannot be listed. */
  static boolean looksLikeExport(Path directory) {
    try (Stream<Path> children = Files.list(directory)) {
      Set<String> names = new TreeSet<>();
      children.forEach(child -> names.add(child.getFileName().toString()));
      return names.stream().anyMatch(matches(GRAPH))
          && names.stream().noneMatch(name -> name.endsWith(ModelFiles.SAFETENSORS));
    } catch (IOException _) {
      // Whoever reads the directory next says why.
      return false;
    }
  }

  /**
   * Checks names and configuration.
   *
   * @throws ModelException if a file may not be there, the graphs are of no known layout, or the
   *     configuration lacks a number or names program code
   */
  static Export read(Path directory) {
    ModelFiles files = ModelFiles.openExport(directory, matches(GRAPH).or(matches(DATA)));
    List<String> layout = layout(files);
    Map<String, Path> data = new TreeMap<>();
    files
        .names(matches(DATA))
        .forEach(name -> data.put(name, files.require(name, "copy the whole model")));
    return new Export(
        files.directory(),
        dimensions(files),
        layout.stream().map(name -> files.require(name, "copy the whole model")).toList(),
        data);
  }

  private static Predicate<String> matches(Pattern pattern) {
    return pattern.asMatchPredicate();
  }

  private static List<String> layout(ModelFiles files) {
    List<String> found = files.names(matches(GRAPH));
    return LAYOUTS.stream()
        .filter(layout -> Set.copyOf(layout).equals(Set.copyOf(found)))
        .findFirst()
        .orElseThrow(
            () ->
                new ModelException(
                    "%s: expected the graphs of one Optimum export (%s), found %s; keep those of one export"
                        .formatted(
                            files.directory(),
                            String.join(
                                ", or ",
                                LAYOUTS.stream().map(l -> String.join(" and ", l)).toList()),
                            String.join(", ", found))));
  }

  private static Dimensions dimensions(ModelFiles files) {
    Path path = files.require("config.json", "give a model directory in Hugging Face layout");
    JsonMembers json = JsonMembers.read(path);
    ConfigReader.refuseCode(files);
    json.refuseSet("is_encoder_decoder", "only decoders answer here");
    json.refuseSet("quantization_config", "weights must be plain numbers");
    int heads = json.positive("num_attention_heads");
    int hidden = json.positive("hidden_size");
    int vocabulary = json.positive("vocab_size");
    return new Dimensions(
        ConfigReader.layers(json),
        heads,
        json.positive("num_key_value_heads", heads),
        json.positive("head_dim", Math.max(1, hidden / heads)),
        vocabulary,
        json.positive("max_position_embeddings"),
        CheckpointReader.eosTokenIds(files, ConfigReader.eosTokenIds(files, json), vocabulary));
  }
}
