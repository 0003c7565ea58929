package io.tiltmeter.gateway.trainer;

import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/**
 * A file that a trainer sends, hashed on its way to disk; closing it before it was moved to its
 * place removes it. For one thread at a time.
 */
final class Upload implements AutoCloseable {
  private final Path staging;
  private final FileChannel channel;
  private final MessageDigest hash = Digest.newMessageDigest();
  private long size;

  /** Opens a staging file that does not exist yet. */
  @FunctionalInterface
  interface Opener {
    Opener DISK =
        file -> FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    FileChannel open(Path file) throws IOException;
  }

  private Upload(Path staging, FileChannel channel) {
    this.staging = staging;
    this.channel = channel;
  }

  static Upload into(Path folder, Opener opener) throws IOException {
    Files.createDirectories(folder);
    Path staging = folder.resolve(NewId.of("in-"));
    return new Upload(staging, opener.open(staging));
  }

  /** Takes the remaining bytes. */
  void write(ByteBuffer bytes) throws IOException {
    size += bytes.remaining();
    hash.update(bytes.duplicate());
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Ends the file: every byte is on disk, under a name that is not its own yet. */
  PinnedFile finish(UploadPath path) throws IOException {
    channel.force(true);
    channel.close();
    return new PinnedFile(path.text(), size, Digest.finish(hash));
  }

  /** Moves a finished file to its place; one that is there already is replaced. */
  void moveTo(Path target) throws IOException {
    Path folder = target.resolveSibling(".").normalize();
    Files.createDirectories(folder);
    Files.move(
        staging, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    // A new name is on disk only once its folder is (fsync(2)).
    try (FileChannel open = FileChannel.open(folder, StandardOpenOption.READ)) {
      open.force(true);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(staging);
  }
}
