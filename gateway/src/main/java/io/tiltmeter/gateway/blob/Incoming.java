package io.tiltmeter.gateway.blob;

import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * A blob that arrives piece by piece, hashed on its way to disk; closing it before it is kept
 * removes it. For one thread at a time.
 */
public final class Incoming implements AutoCloseable {
  private final BlobStore store;
  private final Path staging;
  private final FileChannel channel;
  private final MessageDigest hash = Digest.newMessageDigest();
  private @Nullable PastCache pastCache;
  private long size;
  private @Nullable Blob finished;

  private Incoming(BlobStore store, Path staging, FileChannel channel) {
    this.store = store;
    this.staging = staging;
    this.channel = channel;
  }

  static Incoming open(BlobStore store, Path folder, BlobStore.Opener opener) throws IOException {
    Path staging = folder.resolve(NewId.of("in-"));
    try {
      return new Incoming(store, staging, opener.open(staging));
    } catch (IOException e) {
      throw StorageFullException.orSame(e);
    }
  }

  /**
   * Takes the remaining bytes.
   *
   * @throws StorageFullException if they do not fit
   */
  public void write(ByteBuffer bytes) throws IOException {
    hash.update(bytes.duplicate());
    try {
      if (PastCache.isFor(bytes)) {
        size += pastCache().write(bytes, size);
      }
      while (bytes.hasRemaining()) {
        size += channel.write(bytes, size);
      }
    } catch (IOException e) {
      throw StorageFullException.orSame(e);
    }
  }

  private PastCache pastCache() throws IOException {
    if (pastCache == null) {
      pastCache = PastCache.open(staging);
    }
    return pastCache;
  }

  /**
   * Ends the blob: every byte is on disk, under a name that is not its own yet.
   *
   * @throws StorageFullException if they do not fit
   */
  public Blob finish() throws IOException {
    try {
      channel.force(true);
      closeFile();
    } catch (IOException e) {
      throw StorageFullException.orSame(e);
    }
    Blob blob = new Blob(Digest.finish(hash), size);
    finished = blob;
    return blob;
  }

  /**
   * Keeps a finished blob under its digest.
   *
   * @throws IllegalStateException if it is not finished
   */
  public void keep() throws IOException {
    if (finished == null) {
      throw new IllegalStateException("only a finished blob can be kept; call finish() first");
    }
    store.place(staging, finished.digest());
  }

  @Override
  public void close() throws IOException {
    closeFile();
    Files.deleteIfExists(staging);
  }

  private void closeFile() throws IOException {
    channel.close();
    if (pastCache != null) {
      pastCache.close();
    }
  }
}
