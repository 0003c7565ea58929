package io.tiltmeter.evaluator.checkpoint;

import java.nio.file.Path;

/** A whole model on disk. */
public sealed interface StoredModel permits Checkpoint, Export {

  /** Real path of the directory. */
  Path directory();

  /** What its configuration says. */
  Dimensions dimensions();

  /**
   * Checks the files of a model directory.
   *
   * @param exportsAllowed whether it may hold a ready ONNX graph in place of weights
   * @throws ModelException in one line, if a file may not be there, is malformed, or does not fit
   */
  static StoredModel read(Path directory, boolean exportsAllowed) {
    if (!ExportReader.looksLikeExport(directory)) {
      return CheckpointReader.read(directory);
    }
    if (!exportsAllowed) {
      throw new ModelException(
          "%s: holds an ONNX graph, expected safetensors; allow it with --allow-onnx, or give the model that it was exported from"
              .formatted(directory));
    }
    return ExportReader.read(directory);
  }
}
