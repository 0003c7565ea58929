package io.tiltmeter.gateway.http;

import io.tiltmeter.gateway.patience.Patience;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A request's body, taken piece by piece: what nobody asked for yet stays with the sender, so a
 * body of any size needs the memory of one piece.
 *
 * <p>{@link #hold} must be the first handler of the route. Calls block the request's virtual
 * thread; other requests of the same context go on meanwhile.
 */
public final class RequestBody {
  private static final String PACE = "tiltmeter.pace";

  /** How long an answered request may still send what nobody reads any more. */
  private static final Duration LINGER = Duration.ofSeconds(5);

  private final HttpServerRequest request;
  private final Pace pace;
  private Duration waited = Duration.ZERO;
  private long bytes;
  private boolean isToldToGoOn;
  private @Nullable Promise<Optional<Buffer>> wanted;
  private @Nullable RequestException failure;
  private boolean ended;

  private RequestBody(HttpServerRequest request, Pace pace) {
    this.request = request;
    this.pace = pace;
  }

  /**
   * The first handler of every route: the body waits until somebody asks for it. Once the request
   * is answered, what is left of it is read and dropped for a while, so that a sender that still
   * sends gets to see the answer.
   */
  public static void hold(RoutingContext context) {
    hold(context, Pace.DEFAULT);
  }

  /** The same, for bodies that may come at another pace than the usual one. */
  public static Handler<RoutingContext> holdAt(Pace pace) {
    return context -> hold(context, pace);
  }

  private static void hold(RoutingContext context, Pace pace) {
    context.put(PACE, pace);
    if (hasBody(context.request())) {
      context.request().pause();
      context.response().endHandler(_ -> drop(context));
    }
    context.next();
  }

  /**
   * Whether there can be one; HTTP/1.1 has none without either header (RFC 9112 section 6.3). To
   * hold a request that has none costs every read two turns of its thread.
   */
  private static boolean hasBody(HttpServerRequest request) {
    return request.version() == HttpVersion.HTTP_2
        || request.headers().contains("content-length")
        || request.headers().contains("transfer-encoding");
  }

  private static void drop(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (!request.isEnded()) {
      request.resume();
      context.vertx().setTimer(LINGER.toMillis(), _ -> closeUnlessEnded(request));
    }
  }

  private static void closeUnlessEnded(HttpServerRequest request) {
    if (!request.isEnded()) {
      request.connection().close();
    }
  }

  /** The body of a request that is held. */
  public static RequestBody of(RoutingContext context) {
    HttpServerRequest request = context.request();
    Pace pace = context.get(PACE, Pace.DEFAULT);
    RequestBody body = new RequestBody(request, pace);
    if (request.isEnded()) {
      body.ended = true;
      return body;
    }
    request.handler(body::arrived).endHandler(_ -> body.end()).exceptionHandler(_ -> body.fail());
    return body;
  }

  /** Bytes that the sender has announced; none if the body comes in chunks. */
  public static Optional<Long> announced(RoutingContext context) {
    String length = context.request().getHeader("content-length");
    return length == null ? Optional.empty() : Optional.of(Long.parseLong(length));
  }

  /**
   * The next piece; empty at the end of the body.
   *
   * @throws RequestException with status 400 if the connection was lost, 408 if it comes too slowly
   */
  public Optional<Buffer> next() {
    if (failure != null) {
      throw failure;
    }
    if (ended) {
      return Optional.empty();
    }
    tellToGoOn();
    Promise<Optional<Buffer>> next = Promise.promise();
    wanted = next;
    request.fetch(1);
    long asked = System.nanoTime();
    try {
      Optional<Buffer> piece = Patience.await(next.future(), pace.idle());
      requirePace(Duration.ofNanos(System.nanoTime() - asked), piece);
      return piece;
    } catch (TimeoutException e) {
      throw timedOut(
          "No byte of the request's body came for %d ms; send it again."
              .formatted(pace.idle().toMillis()));
    }
  }

  /** One byte now and then would hold a connection, and what belongs to it, for ever. */
  private void requirePace(Duration wait, Optional<Buffer> piece) {
    waited = waited.plus(wait);
    bytes += piece.map(Buffer::length).orElse(0);
    if (piece.isEmpty() || waited.compareTo(pace.idle()) < 0) {
      return;
    }
    if (pace.isTooSlow(bytes, waited)) {
      throw timedOut(
          "Fewer than %d bytes a second of the request's body came, for %d ms; send it again, faster."
              .formatted(pace.bytesPerSecond(), pace.idle().toMillis()));
    }
    waited = Duration.ZERO;
    bytes = 0;
  }

  private static RequestException timedOut(String message) {
    return new RequestException(408, "request_timeout", null, message);
  }

  /**
   * Goes on to the end of a body whose form has ended: what follows means nothing, but a body that
   * was cut off is not whole.
   *
   * @param most bytes that may follow
   * @throws RequestException with status 400 if there are more, or the body was cut off
   */
  public void finish(long most) {
    long ignored = 0;
    for (Optional<Buffer> piece = next(); piece.isPresent(); piece = next()) {
      ignored += piece.get().length();
      if (ignored > most) {
        throw RequestException.invalid(
            "invalid_form", null, "Expected the request to end with its form, found more bytes.");
      }
    }
  }

  /** A sender that asks before it sends waits for this (RFC 9110, 10.1.1). */
  private void tellToGoOn() {
    if (!isToldToGoOn && "100-continue".equalsIgnoreCase(request.getHeader("expect"))) {
      request.response().writeContinue();
    }
    isToldToGoOn = true;
  }

  /**
   * The whole body.
   *
   * @param limit bytes that it may have
   * @throws RequestException with status 413 if it has more
   */
  public static byte[] read(RoutingContext context, int limit) {
    if (announced(context).orElse(0L) > limit) {
      throw tooLarge(limit);
    }
    RequestBody body = of(context);
    Buffer whole = Buffer.buffer();
    for (Optional<Buffer> piece = body.next(); piece.isPresent(); piece = body.next()) {
      whole.appendBuffer(piece.get());
      if (whole.length() > limit) {
        throw tooLarge(limit);
      }
    }
    return whole.getBytes();
  }

  private static RequestException tooLarge(int limit) {
    return new RequestException(
        413, "too_large", null, "The request's body may have at most %d bytes.".formatted(limit));
  }

  private void arrived(Buffer piece) {
    answer(Optional.of(piece));
  }

  private void end() {
    ended = true;
    answer(Optional.empty());
  }

  private void answer(Optional<Buffer> piece) {
    Promise<Optional<Buffer>> waiting = wanted;
    wanted = null;
    if (waiting != null) {
      waiting.complete(piece);
    }
  }

  private void fail() {
    RequestException lost =
        RequestException.invalid(
            "incomplete_body", null, "The connection was lost before the body was complete.");
    failure = lost;
    Promise<Optional<Buffer>> waiting = wanted;
    wanted = null;
    if (waiting != null) {
      waiting.fail(lost);
    }
  }
}
