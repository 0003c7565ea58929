package io.tiltmeter.gateway.hub;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Takes the body of an answer piece by piece, and gives it up when it stops moving: the time-out of
 * the JDK's client ends with the headers.
 */
final class Receiver implements Flow.Subscriber<List<ByteBuffer>> {

  /** Where the pieces go. */
  @FunctionalInterface
  interface Sink {

    /**
     * Takes all of a piece.
     *
     * @throws HubException if no more should come
     */
    void accept(ByteBuffer piece);
  }

  private final Sink sink;
  private final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
  private Flow.@Nullable Subscription subscription;
  private long pieces;

  private Receiver(Sink sink) {
    this.sink = sink;
  }

  /**
   * Waits for the whole body; nothing reaches the sink after this returned.
   *
   * @param patience longest wait for the next piece
   * @throws IOException if the connection broke or stalled
   */
  static void receive(
      HttpResponse<Flow.Publisher<List<ByteBuffer>>> answer, Sink sink, Duration patience)
      throws IOException {
    Receiver receiver = new Receiver(sink);
    answer.body().subscribe(receiver);
    try {
      receiver.await(patience);
    } finally {
      receiver.stop();
    }
  }

  /** Leaves a body unread. */
  static void discard(HttpResponse<Flow.Publisher<List<ByteBuffer>>> answer) {
    Receiver receiver = new Receiver(_ -> {});
    receiver.stop();
    answer.body().subscribe(receiver);
  }

  private void await(Duration patience) throws IOException {
    try {
      for (long seen = pieces(); !isDone(patience); seen = pieces()) {
        if (pieces() == seen) {
          throw new IOException("nothing came for %.1f s".formatted(patience.toMillis() / 1000.0));
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException fromSink) {
        throw fromSink;
      }
      throw new IOException(Broken.words(e.getCause()), e);
    } catch (InterruptedException e) {
      throw Broken.interrupted(e);
    }
  }

  private boolean isDone(Duration patience) throws ExecutionException, InterruptedException {
    try {
      done.get(patience.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException _) {
      return false;
    }
  }

  private synchronized long pieces() {
    return pieces;
  }

  private synchronized void stop() {
    done.complete(null);
    if (subscription != null) {
      subscription.cancel();
    }
  }

  @Override
  public synchronized void onSubscribe(Flow.Subscription given) {
    subscription = given;
    if (done.isDone()) {
      given.cancel();
    } else {
      given.request(1);
    }
  }

  @Override
  public synchronized void onNext(List<ByteBuffer> buffers) {
    if (done.isDone() || subscription == null) {
      return;
    }
    pieces++;
    try {
      buffers.forEach(sink::accept);
      subscription.request(1);
    } catch (RuntimeException e) {
      done.completeExceptionally(e);
      subscription.cancel();
    }
  }

  @Override
  public void onError(Throwable failure) {
    done.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    done.complete(null);
  }
}
