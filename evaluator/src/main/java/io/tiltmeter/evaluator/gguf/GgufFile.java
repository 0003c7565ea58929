package io.tiltmeter.evaluator.gguf;

import io.tiltmeter.evaluator.checkpoint.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * An open GGUF file whose structure was checked; tensors stay on disk. Header and tensors are read
 * through one handle, so that another file under the same name changes nothing.
 */
final class GgufFile implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;
  private final GgufMetadata metadata;
  private final Map<String, GgufTensor> tensors;

  private GgufFile(Path path, FileChannel channel, GgufReader reader) {
    this.path = path;
    this.channel = channel;
    this.metadata = reader.metadata();
    this.tensors = reader.tensors();
  }

  /**
   * Opens a file and checks all but the numbers in it.
   *
   * @throws ModelException in one line, if it cannot be read or breaks the format
   */
  static GgufFile open(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new ModelException(
          "%s: expected a GGUF file, found %s; give the path of one file"
              .formatted(path, Files.exists(path) ? "no plain file" : "nothing"));
    }
    try {
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      try {
        return new GgufFile(path, channel, GgufReader.read(path, channel));
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new ModelException(
          "%s: cannot be read; check the file's permissions".formatted(path), e);
    }
  }

  Path path() {
    return path;
  }

  GgufMetadata metadata() {
    return metadata;
  }

  /** All tensors by name, in the file's order. */
  Map<String, GgufTensor> tensors() {
    return tensors;
  }

  /** Fills what remains of a buffer with the file's bytes from {@code offset} on. */
  void read(ByteBuffer bytes, long offset) throws IOException {
    long at = offset;
    while (bytes.hasRemaining()) {
      int read = channel.read(bytes, at);
      if (read < 0) {
        throw new ModelException(
            "%s: became shorter while it was read; fetch it again".formatted(path));
      }
      at += read;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
