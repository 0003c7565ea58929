package io.tiltmeter.gateway.file;

import io.tiltmeter.gateway.blob.Blob;
import io.tiltmeter.gateway.blob.BlobStore;
import io.tiltmeter.gateway.blob.Incoming;
import io.tiltmeter.gateway.blob.StorageFullException;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;

/**
 * Does the file work of uploads on threads of its own, so that a slow disk holds up nobody but whom
 * it must.
 */
public final class FileWork {
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
  void needRoom(long bytes) {
    long room = run(blobs::room);
    if (bytes > room) {
      throw full();
    }
  }

  Incoming receive() {
    return run(blobs::receive);
  }

  void write(Incoming incoming, ByteBuffer bytes) {
    run(
        () -> {
          incoming.write(bytes);
          return true;
        });
  }

  Blob finish(Incoming incoming) {
    return run(incoming::finish);
  }

  void keep(Incoming incoming) {
    run(
        () -> {
          incoming.keep();
          return true;
        });
  }

  void close(Incoming incoming) {
    run(
        () -> {
          incoming.close();
          return true;
        });
  }

  boolean delete(Digest digest) {
    return run(() -> blobs.delete(digest));
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
