package io.tiltmeter.evaluator.checkpoint;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** The safetensors file of a model directory, or its shards and their index. */
final class WeightFiles {
  private static final String SINGLE = "model.safetensors";

  private WeightFiles() {}

  /**
   * Reads the headers of all weight files.
   *
   * @return the file that holds each tensor, by tensor name
   * @throws ModelException if files are missing, superfluous or at odds with the index
   */
  static Map<String, SafetensorsFile> read(ModelFiles files) {
    Map<String, String> index = index(files);
    Set<String> expected = index.isEmpty() ? Set.of(SINGLE) : new TreeSet<>(index.values());
    refuseOthers(files, expected);
    Map<String, SafetensorsFile> tensors = new LinkedHashMap<>();
    for (String name : new TreeSet<>(expected)) {
      SafetensorsFile file = SafetensorsFile.read(files.require(name, "copy the whole model"));
      for (String tensor : file.tensors().keySet()) {
        if (!index.isEmpty() && !name.equals(index.get(tensor))) {
          throw new ModelException(
              "%s: tensor %s lies here, but the index does not say so"
                  .formatted(file.file(), tensor));
        }
        tensors.put(tensor, file);
      }
    }
    return tensors;
  }

  private static void refuseOthers(ModelFiles files, Set<String> expected) {
    for (String name : files.safetensors()) {
      if (!expected.contains(name)) {
        throw new ModelException(
            "%s: %s is not part of the model, expected %s; remove it"
                .formatted(files.directory(), name, String.join(", ", expected)));
      }
    }
  }

  /** File names by tensor name; empty where there is no index. */
  private static Map<String, String> index(ModelFiles files) {
    Map<String, String> index = new LinkedHashMap<>();
    files.find(ModelFiles.INDEX).ifPresent(file -> readIndex(file, files, index));
    return index;
  }

  private static void readIndex(Path file, ModelFiles files, Map<String, String> index) {
    JsonNode map = StrictJson.readObject(file).path("weight_map");
    if (!map.isObject() || map.isEmpty()) {
      throw new ModelException(
          "%s: weight_map: expected an object of tensor and file names".formatted(file));
    }
    List<String> present = files.safetensors();
    map.properties()
        .forEach(
            entry -> {
              String name = entry.getValue().asString("");
              // Only names that the listing holds: no path, no traversal.
              if (!present.contains(name)) {
                throw new ModelException(
                    "%s: weight_map: expected names of safetensors files in this directory, found %s"
                        .formatted(file, JsonMembers.shown(entry.getValue())));
              }
              index.put(entry.getKey(), name);
            });
  }
}
