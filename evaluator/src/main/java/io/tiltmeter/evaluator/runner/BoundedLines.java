package io.tiltmeter.evaluator.runner;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Lines of UTF-8 from somebody who may never end one. */
final class BoundedLines implements AutoCloseable {
  private final InputStream in;
  private final int longest;

  /**
   * Reads from a stream.
   *
   * @param longest most bytes of a line
   */
  BoundedLines(InputStream in, int longest) {
    this.in = new BufferedInputStream(in);
    this.longest = longest;
  }

  /**
   * The next line without its end, or null after the last.
   *
   * @throws IOException if the line is too long, or reading fails
   */
  @Nullable String next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int octet = in.read();
    if (octet < 0) {
      return null;
    }
    for (; octet >= 0 && octet != '\n'; octet = in.read()) {
      if (line.size() == longest) {
        throw new IOException("a line is longer than %d bytes".formatted(longest));
      }
      line.write(octet);
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
