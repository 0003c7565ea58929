package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.page.Failure;
import io.tiltmeter.dashboards.page.Pages;
import io.tiltmeter.gateway.db.DatabaseException;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.http.RequestException;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns failures into pages. */
final class PageFailures {
  private static final Logger LOG = LoggerFactory.getLogger(PageFailures.class);
  private static final String SESSION = "tiltmeter.session";

  private final Pages pages;

  PageFailures(Pages pages) {
    this.pages = pages;
  }

  /** Lets the page of a failure know who is signed in. */
  static void remember(RoutingContext context, Session session) {
    context.put(SESSION, session);
  }

  void answer(RoutingContext context) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed()) {
      return;
    }
    if (response.headWritten()) {
      response.reset();
      return;
    }
    Failure failure = failure(context);
    Optional<Session> session = Optional.ofNullable(context.get(SESSION));
    Visit.html(context, failure.status(), pages.failure(Visit.frame(context, session), failure));
  }

  private static Failure failure(RoutingContext context) {
    @Nullable Throwable cause = context.failure();
    return switch (cause) {
      case RequestException e -> refused(e);
      case DatabaseException e -> unavailable(e);
      case null -> new Failure(context.statusCode(), "Not possible", "Check the address.", null);
      default -> internal(cause);
    };
  }

  private static Failure refused(RequestException e) {
    String message = String.valueOf(e.getMessage());
    return switch (e.status()) {
      case 404 -> Failure.notFound();
      case 403 -> Failure.forbidden(message);
      default -> Failure.refused(e.status(), message);
    };
  }

  private static Failure unavailable(DatabaseException e) {
    LOG.warn("page: {}", e.getMessage());
    return new Failure(
        503, "Not available right now", "The database cannot be reached. Try again.", null);
  }

  private static Failure internal(Throwable cause) {
    // Only the kind and the place: the message of a library can quote what it was given.
    String id = NewId.of("req_");
    StackTraceElement[] frames = cause.getStackTrace();
    LOG.error(
        "page {} failed: {}{}",
        id,
        cause.getClass().getName(),
        frames.length == 0 ? "" : " at " + frames[0]);
    return Failure.internal(id);
  }
}
