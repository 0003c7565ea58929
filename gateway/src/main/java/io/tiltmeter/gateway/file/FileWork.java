package io.tiltmeter.gateway.file;

import io.tiltmeter.gateway.blob.Blob;
import io.tiltmeter.gateway.blob.BlobStore;
import io.tiltmeter.gateway.blob.Incoming;
import io.tiltmeter.gateway.blob.StorageFullException;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.concurrent.Callable;

/**
 * Does the file work of uploads on threads of its own, so that a slow disk holds up nobody but whom
 * it must.
 */
public final class FileWork {
  private static final int PIECE_BYTES = 256 << 10;

  private final BlobStore blobs;
  private final WorkerExecutor threads;

  public FileWork(BlobStore blobs, WorkerExecutor threads) {
    this.blobs = blobs;
    this.threads = threads;
  }

  /**
   * Refuses an upload that cannot fit.
   *
   * @throws RequestException with status 507
   */
  public void needRoom(long bytes) {
    long room = run(blobs::room);
    if (bytes > room) {
      throw full();
    }
  }

  /** Begins a file; the caller closes what it gets. */
  public Incoming receive() {
    return run(blobs::receive);
  }

  /** Has bytes written, which nobody may touch until then. */
  Future<?> write(Incoming incoming, ByteBuffer bytes) {
    return start(() -> incoming.write(bytes));
  }

  /**
   * Adds stored bytes to a file, each read once.
   *
   * @param also hash that is to see the same bytes
   * @throws UncheckedIOException of a {@link java.nio.file.NoSuchFileException} if they are not
   *     there any more
   */
  public void append(Incoming incoming, Digest stored, MessageDigest also) {
    run(
        () -> {
          try (FileChannel channel =
              FileChannel.open(blobs.path(stored), StandardOpenOption.READ)) {
            ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
            while (channel.read(piece.clear()) >= 0) {
              also.update(piece.flip().duplicate());
              incoming.write(piece);
            }
          }
          return true;
        });
  }

  /** Ends a file: every byte is on disk. */
  public Blob finish(Incoming incoming) {
    return run(incoming::finish);
  }

  /** Keeps a finished file under its digest. */
  public void keep(Incoming incoming) {
    start(incoming::keep).await();
  }

  /** Removes what was not kept. */
  public void close(Incoming incoming) {
    start(incoming::close).await();
  }

  boolean delete(Digest digest) {
    return run(() -> blobs.delete(digest));
  }

  /** What is done to a file. */
  private interface Action {
    void run() throws IOException;
  }

  private Future<?> start(Action action) {
    return threads.executeBlocking(
        () ->
            call(
                () -> {
                  action.run();
                  return true;
                }),
        false);
  }

  private <T> T run(Callable<T> work) {
    return threads.executeBlocking(() -> call(work), false).await();
  }

  private static <T> T call(Callable<T> work) throws Exception {
    try {
      return work.call();
    } catch (StorageFullException e) {
      throw full();
    } catch (IOException e) {
      throw new UncheckedIOException("a training file could not be written or removed", e);
    }
  }

  private static RequestException full() {
    return new RequestException(
        507, "storage_full", null, "There is no room for this file here; nothing of it was kept.");
  }
}
