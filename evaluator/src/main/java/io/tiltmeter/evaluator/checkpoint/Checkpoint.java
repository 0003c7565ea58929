package io.tiltmeter.evaluator.checkpoint;

import java.nio.file.Path;
import java.util.Map;

/**
 * A model directory whose every file was checked; weights stay on disk.
 *
 * @param directory real path of the directory
 * @param tensors by Hugging Face name ({@code model.layers.0.self_attn.q_proj.weight}); all that
 *     the configuration calls for are there, with the right shapes
 */
public record Checkpoint(Path directory, ModelConfig config, Map<String, TensorEntry> tensors)
    implements StoredModel {

  public Checkpoint {
    tensors = Map.copyOf(tensors);
  }

  @Override
  public Dimensions dimensions() {
    return config.dimensions();
  }
}
