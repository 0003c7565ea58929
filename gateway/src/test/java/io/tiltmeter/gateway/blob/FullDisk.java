package io.tiltmeter.gateway.blob;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A store whose every write meets the kernel's own "no space left" (full(4)). */
public final class FullDisk {
  /** Linux's device that is always full. */
  public static final Path DEVICE = Path.of("/dev/full");

  private FullDisk() {}

  /** A store in this folder that can keep nothing. */
  public static BlobStore store(Path root) throws IOException {
    BlobStore.open(root);
    return new BlobStore(
        root,
        file -> {
          Files.createFile(file);
          return FileChannel.open(DEVICE, StandardOpenOption.WRITE);
        });
  }
}
