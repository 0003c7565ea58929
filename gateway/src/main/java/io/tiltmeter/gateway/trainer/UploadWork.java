package io.tiltmeter.gateway.trainer;

import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.policy.lineage.PinnedFile;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** Does the file work of uploads on threads of its own; full disks become status 507. */
final class UploadWork {
  private final Uploads uploads;
  private final WorkerExecutor threads;

  UploadWork(Uploads uploads, WorkerExecutor threads) {
    this.uploads = uploads;
    this.threads = threads;
  }

  /**
   * Refuses a file that cannot fit.
   *
   * @throws RequestException with status 507
   */
  void needRoom(long bytes) {
    if (bytes > run(uploads::room)) {
      throw full();
    }
  }

  Upload receive(Lease lease) {
    return run(() -> uploads.receive(lease));
  }

  void write(Upload upload, ByteBuffer bytes) {
    run(
        () -> {
          upload.write(bytes);
          return true;
        });
  }

  PinnedFile finish(Upload upload, UploadPath path) {
    return run(() -> upload.finish(path));
  }

  void move(Upload upload, Lease lease, UploadPath path) {
    run(
        () -> {
          upload.moveTo(uploads.place(lease, path));
          return true;
        });
  }

  void close(Upload upload) {
    run(
        () -> {
          upload.close();
          return true;
        });
  }

  private <T> T run(Callable<T> work) {
    return threads.executeBlocking(() -> call(work), false).await();
  }

  private static <T> T call(Callable<T> work) throws Exception {
    try {
      return work.call();
    } catch (NoSuchFileException e) {
      // The sweep removed the folder, which it does only once the lease has ended.
      throw LeaseDesk.lost();
    } catch (IOException e) {
      if (isFull(e)) {
        throw full();
      }
      throw new UncheckedIOException("a trainer's file could not be written or removed", e);
    }
  }

  /** ENOSPC and EDQUOT have no exception of their own. */
  private static boolean isFull(IOException e) {
    String message = String.valueOf(e.getMessage());
    return Stream.of("No space left on device", "Disk quota exceeded").anyMatch(message::contains);
  }

  private static RequestException full() {
    return new RequestException(
        507, "storage_full", null, "There is no room for this file here; nothing of it was kept.");
  }
}
