package io.tiltmeter.gateway.page;

import io.tiltmeter.gateway.http.PathPart;
import io.tiltmeter.gateway.http.Query;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.page.Streams.OpenStream;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.regex.Pattern;

/** The events of one job as they come (HTML Living Standard, server-sent events). */
final class StreamHandler {
  private static final Pattern SEQUENCE = Pattern.compile("\\d{1,18}");

  private final PageSite.Parts parts;
  private final SessionStore sessions;
  private final JobListStore rows;
  private final Streams streams;

  StreamHandler(PageSite.Parts parts, SessionStore sessions, JobListStore rows, Streams streams) {
    this.parts = parts;
    this.sessions = sessions;
    this.rows = rows;
    this.streams = streams;
  }

  void stream(RoutingContext context) {
    Session session =
        Visit.of(context, parts.database(), sessions)
            .session()
            .orElseThrow(
                () -> new RequestException(401, "signed_out", null, "Sign in to see events."));
    String id = PathPart.of(context, "job");
    JobRow job =
        rows.find(parts.database(), session.tenantId(), id)
            .orElseThrow(() -> RequestException.notFound("job", id));
    OpenStream stream = streams.open(id, session).orElseThrow(StreamHandler::tooMany);
    try {
      HttpServerResponse response = begin(context, stream);
      new EventWriter(parts, new EventWriter.Source(sessions, rows, session, job), response, stream)
          .write(after(context));
    } finally {
      streams.remove(stream);
    }
  }

  private static RequestException tooMany() {
    return new RequestException(
        429, "too_many_streams", null, "Too many live pages are open. Close some and reload.");
  }

  private static HttpServerResponse begin(RoutingContext context, OpenStream stream) {
    // The request's body is never read here; only its end tells that the peer is gone.
    context.request().resume();
    return context
        .response()
        .closeHandler(_ -> stream.end())
        .exceptionHandler(_ -> stream.end())
        .setChunked(true)
        .putHeader("content-type", "text/event-stream; charset=utf-8");
  }

  /** A browser that comes back says what it has; that is newer than the address. */
  private static long after(RoutingContext context) {
    String last = context.request().getHeader("last-event-id");
    String after = last == null ? Query.of(context).text("after").orElse("0") : last;
    return SEQUENCE.matcher(after).matches() ? Long.parseLong(after) : 0;
  }
}
