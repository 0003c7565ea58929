package io.tiltmeter.gateway.file;

import io.tiltmeter.gateway.blob.Incoming;
import io.vertx.core.Future;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a file while more of it arrives, in the memory of two pieces: one is hashed and written
 * while the other is filled. Closing it waits until nothing is written any more.
 */
final class WriteBehind implements AutoCloseable {
  /** As much as a disk is best given at a time. */
  private static final long PIECE_BYTES = 1 << 20;

  /** What whole blocks have to lie at to be written as they are; pages do for every disk. */
  private static final long ALIGNMENT = 4096;

  private final FileWork work;
  private final Incoming incoming;

  /** Outside of the heap, as the system would have it copied there first; freed at the end. */
  private final Arena memory = Arena.ofShared();

  private ByteBuffer filling = allocate();
  private @Nullable ByteBuffer written;
  private Future<?> writing = Future.succeededFuture();

  WriteBehind(FileWork work, Incoming incoming) {
    this.work = work;
    this.incoming = incoming;
  }

  private ByteBuffer allocate() {
    return memory.allocate(PIECE_BYTES, ALIGNMENT).asByteBuffer();
  }

  /** An empty piece, to be filled and handed to {@link #write}. */
  ByteBuffer piece() {
    return filling.clear();
  }

  /**
   * Has what {@link #piece} gave written, as far as it is filled, once the piece before it is.
   *
   * @throws io.tiltmeter.gateway.http.RequestException with status 507 if there was no room for an
   *     earlier one
   */
  void write() {
    writing.await();
    writing = work.write(incoming, filling.flip());
    ByteBuffer free = written;
    written = filling;
    filling = free == null ? allocate() : free;
  }

  /**
   * Waits until every piece is written.
   *
   * @throws io.tiltmeter.gateway.http.RequestException with status 507 if there was no room
   */
  void end() {
    writing.await();
  }

  @Override
  public void close() {
    writing.otherwiseEmpty().await();
    memory.close();
  }
}
