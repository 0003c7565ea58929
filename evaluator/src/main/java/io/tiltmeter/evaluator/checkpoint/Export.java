package io.tiltmeter.evaluator.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A directory that Hugging Face Optimum exported for the task text-generation-with-past. Names and
 * configuration were checked; the graphs were not looked into yet.
 *
 * @param directory real path of the directory
 * @param graphs real paths of the ONNX files: one that takes a past or none, or two, of which the
 *     first takes none
 * @param data real paths of the files beside them that hold weights, by name
 */
public record Export(
    Path directory, Dimensions dimensions, List<Path> graphs, Map<String, Path> data)
    implements StoredModel {

  public Export {
    graphs = List.copyOf(graphs);
    data = Map.copyOf(data);
  }
}
