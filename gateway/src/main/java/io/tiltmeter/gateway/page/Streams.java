package io.tiltmeter.gateway.page;

import io.tiltmeter.gateway.patience.Patience;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/** The open streams of events; safe for any thread. */
final class Streams implements AutoCloseable {
  private static final int MOST_OF_SESSION = 8;
  private static final int MOST = 500;

  private final Set<OpenStream> open = new HashSet<>();
  private boolean isClosed;

  /** Opens a stream, unless there are too many, or no more may be. */
  synchronized Optional<OpenStream> open(String jobId, Session session) {
    long own = open.stream().filter(stream -> stream.session.equals(session.hash())).count();
    if (isClosed || own >= MOST_OF_SESSION || open.size() >= MOST) {
      return Optional.empty();
    }
    OpenStream stream = new OpenStream(jobId, session.hash());
    open.add(stream);
    return Optional.of(stream);
  }

  synchronized void remove(OpenStream stream) {
    open.remove(stream);
  }

  /** There may be news of this job. */
  synchronized void wake(String jobId) {
    open.stream().filter(stream -> stream.jobId.equals(jobId)).forEach(OpenStream::wake);
  }

  @Override
  public synchronized void close() {
    isClosed = true;
    open.forEach(OpenStream::end);
  }

  /** One stream that waits for news. */
  static final class OpenStream {
    private final String jobId;
    private final Digest session;
    private Promise<Boolean> news = Promise.promise();
    private boolean isEnded;

    private OpenStream(String jobId, Digest session) {
      this.jobId = jobId;
      this.session = session;
    }

    /** From now on news completes the future; to be called before looking for news. */
    synchronized Future<Boolean> listen() {
      news = Promise.promise();
      return news.future();
    }

    synchronized void wake() {
      news.tryComplete(true);
    }

    /** Nobody reads it any more, or the process ends. */
    synchronized void end() {
      isEnded = true;
      news.tryComplete(false);
    }

    synchronized boolean isEnded() {
      return isEnded;
    }

    /** Waits for news; whether there were any within that time. */
    static boolean await(Future<Boolean> news, Duration time) {
      try {
        return Patience.await(news, time);
      } catch (TimeoutException _) {
        return false;
      }
    }
  }
}
