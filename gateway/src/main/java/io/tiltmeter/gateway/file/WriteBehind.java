package io.tiltmeter.gateway.file;

import io.tiltmeter.gateway.blob.Incoming;
import io.vertx.core.Future;
import java.nio.ByteBuffer;

/**
 * Writes a file while more of it arrives, in the memory of two pieces: one is hashed and written
 * while the other is filled, and what was written before goes to the disk meanwhile, so that little
 * is left to wait for at the end.
 */
final class WriteBehind {
  private static final int PIECE_BYTES = 256 << 10;

  /** Few enough that the end waits for little, and enough that a disk has something to do. */
  private static final long FLUSH_BYTES = 32L << 20;

  private final FileWork work;
  private final Incoming incoming;
  private ByteBuffer filling = ByteBuffer.allocate(PIECE_BYTES);
  private ByteBuffer written = ByteBuffer.allocate(PIECE_BYTES);
  private Future<?> writing = Future.succeededFuture();
  private Future<?> flushing = Future.succeededFuture();
  private long unflushed;

  WriteBehind(FileWork work, Incoming incoming) {
    this.work = work;
    this.incoming = incoming;
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
    if (unflushed >= FLUSH_BYTES && flushing.isComplete()) {
      flushing.await();
      flushing = work.flush(incoming);
      unflushed = 0;
    }
    unflushed += filling.flip().remaining();
    writing = work.write(incoming, filling);
    ByteBuffer free = written;
    written = filling;
    filling = free;
  }

  /**
   * Waits until every piece is written.
   *
   * @throws io.tiltmeter.gateway.http.RequestException with status 507 if there was no room
   */
  void end() {
    writing.await();
    flushing.await();
  }

  /** Waits until nothing is written any more, whatever became of it. */
  void stop() {
    Future.join(writing.otherwiseEmpty(), flushing.otherwiseEmpty()).await();
  }
}
