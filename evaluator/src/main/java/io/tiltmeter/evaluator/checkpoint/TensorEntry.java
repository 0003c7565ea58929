package io.tiltmeter.evaluator.checkpoint;

import java.nio.file.Path;
import java.util.List;

/**
 * Where one tensor's bytes lie.
 *
 * @param shape dimensions, outermost first, each at least 0
 * @param file real path (no symbolic link) of the safetensors file
 * @param offset first byte, counted from the start of the file
 * @param length bytes, little-endian elements in row-major order
 */
public record TensorEntry(
    String name, Dtype dtype, List<Long> shape, Path file, long offset, long length) {

  public TensorEntry {
    shape = List.copyOf(shape);
  }
}
