package io.tiltmeter.gateway.http;

import io.tiltmeter.gateway.db.NewId;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;

/** The headers of OpenAI's answers that need nobody to be known: each answer's id among them. */
public final class OpenAiHeaders {
  private static final String REQUEST_ID = "x-request-id";
  private static final String VERSION = "2020-10-01";

  private OpenAiHeaders() {}

  /** Adds them to the answer to a request that begins, and lets it on. */
  public static void handle(RoutingContext context) {
    add(context);
    context.next();
  }

  /** Adds them to an answer, unless it has them. */
  static void add(RoutingContext context) {
    HttpServerResponse response = context.response();
    if (response.headers().contains(REQUEST_ID)) {
      return;
    }
    long start = System.nanoTime();
    response.putHeader(REQUEST_ID, NewId.of("req_"));
    response.putHeader("openai-version", VERSION);
    context.addHeadersEndHandler(
        _ -> {
          long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
          response.putHeader("openai-processing-ms", Long.toString(millis));
        });
  }
}
