package io.tiltmeter.evaluator.gguf;

import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What was written.
 *
 * @param parameters weights, with a head that is the embedding counted once
 */
public record ImportedModel(Manifest manifest, String architecture, long parameters) {
  private static final int BUFFER_BYTES = 1 << 16;

  /** The manifest of a directory of plain files. */
  static Manifest manifest(Path directory) throws IOException {
    List<PinnedFile> files = new ArrayList<>();
    try (Stream<Path> children = Files.list(directory)) {
      for (Path file : children.toList()) {
        files.add(new PinnedFile(file.getFileName().toString(), Files.size(file), digest(file)));
      }
    }
    return new Manifest(files);
  }

  private static Digest digest(Path file) throws IOException {
    MessageDigest sha256 = Digest.newMessageDigest();
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
      while (channel.read(buffer.clear()) >= 0) {
        sha256.update(buffer.flip());
      }
    }
    return Digest.finish(sha256);
  }
}
