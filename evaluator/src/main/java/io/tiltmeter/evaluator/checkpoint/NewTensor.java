package io.tiltmeter.evaluator.checkpoint;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.List;

/**
 * A tensor to be written.
 *
 * @param shape dimensions, outermost first, each at least 0
 * @param body writes exactly the bytes that type and shape need: little-endian elements in
 *     row-major order
 */
public record NewTensor(String name, Dtype dtype, List<Long> shape, Body body) {

  public NewTensor {
    shape = List.copyOf(shape);
  }

  /** The bytes of a tensor, made when they are written. */
  public interface Body {
    /** Writes all bytes; called once. */
    void writeTo(WritableByteChannel channel) throws IOException;
  }

  /** Bytes that type and shape need. */
  long bytes() {
    long bytes = dtype.bytes();
    for (long dimension : shape) {
      bytes = Math.multiplyExact(bytes, dimension);
    }
    return bytes;
  }
}
