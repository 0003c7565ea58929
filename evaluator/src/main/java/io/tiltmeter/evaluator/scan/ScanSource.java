package io.tiltmeter.evaluator.scan;

import java.io.IOException;
import java.io.InputStream;

/** Where the bytes of a training file come from; a scan reads them more than once. */
@FunctionalInterface
public interface ScanSource {

  /**
   * The bytes from the first on, the same ones each time.
   *
   * @throws IOException if they cannot be read
   */
  InputStream open() throws IOException;
}
