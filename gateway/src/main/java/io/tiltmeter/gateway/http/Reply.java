package io.tiltmeter.gateway.http;

import io.vertx.ext.web.RoutingContext;

/** Writes answers. */
public final class Reply {
  private Reply() {}

  /** Answers with JSON and status 200. */
  public static void json(RoutingContext context, Object value) {
    json(context, 200, value);
  }

  /** Answers with JSON. */
  public static void json(RoutingContext context, int status, Object value) {
    context
        .response()
        .setStatusCode(status)
        .putHeader("content-type", "application/json")
        .end(Json.text(value));
  }

  /** Answers with JSON that is written already, and status 200. */
  public static void text(RoutingContext context, String json) {
    context.response().putHeader("content-type", "application/json").end(json);
  }
}
