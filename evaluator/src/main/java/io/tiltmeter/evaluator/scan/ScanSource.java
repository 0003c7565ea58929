package io.tiltmeter.evaluator.scan;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/** Where the bytes of a training file come from; a scan reads them more than once. */
@FunctionalInterface
public interface ScanSource {

  /**
   * The bytes from the first on, the same ones each time.
   *
   * @throws IOException if they cannot be read
   */
  InputStream open() throws IOException;

  /**
   * The same, and says meanwhile how many of the bytes that are stored were read, if it can.
   *
   * @throws IOException if they cannot be read
   */
  default InputStream open(LongConsumer read) throws IOException {
    return open();
  }
}
