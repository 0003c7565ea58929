package io.tiltmeter.evaluator.gguf;

import java.util.List;

/**
 * Where one tensor's blocks lie.
 *
 * @param shape dimensions, outermost first, each at least 1; rows hold whole blocks
 * @param offset first byte, counted from the start of the file
 * @param bytes all blocks; within the file
 */
record GgufTensor(String name, GgufType type, List<Long> shape, long offset, long bytes) {

  GgufTensor {
    shape = List.copyOf(shape);
  }

  long elements() {
    return bytes / type.blockBytes() * type.blockElements();
  }
}
