package io.tiltmeter.evaluator.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.tiltmeter.evaluator.checkpoint.Dtype;
import io.tiltmeter.evaluator.checkpoint.TensorEntry;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tensors of a checkpoint as values of a graph, each declared when it is first used. */
final class GraphWeights {
  static final Op TO_FLOAT = Op.standard("Cast").with("to", DataType.FLOAT.getNumber());

  private final OnnxGraph graph;
  private final Map<String, TensorEntry> tensors;
  private final Path folder;
  private final Set<String> declared = new HashSet<>();

  /**
   * Declares nothing yet.
   *
   * @param folder holds all weight files, directly or deeper
   */
  GraphWeights(OnnxGraph graph, Map<String, TensorEntry> tensors, Path folder) {
    this.graph = graph;
    this.tensors = tensors;
    this.folder = folder;
  }

  /** The weight in float32: the runtime folds the cast when it loads the model. */
  String widened(String name) {
    if (isFloat(name)) {
      return stored(name);
    }
    String wide = name + ".float32";
    if (declared.add(wide)) {
      graph.add(TO_FLOAT, List.of(stored(name)), List.of(wide));
    }
    return wide;
  }

  /** The weight in its file's type. */
  String stored(String name) {
    if (declared.add(name)) {
      graph.external(entry(name), folder);
    }
    return name;
  }

  /** Whether the file holds float32. */
  boolean isFloat(String name) {
    return entry(name).dtype() == Dtype.F32;
  }

  TensorEntry entry(String name) {
    TensorEntry entry = tensors.get(name);
    if (entry == null) {
      throw new IllegalArgumentException("checkpoint was not checked: no tensor " + name);
    }
    return entry;
  }
}
