package io.tiltmeter.gateway.idempotency;

import io.tiltmeter.gateway.http.Reply;
import io.vertx.ext.web.RoutingContext;

/**
 * What a request is answered.
 *
 * @param json the body
 * @param isReplayed whether an earlier request of the same key made it
 */
public record Answer(String json, boolean isReplayed) {

  /** Answers with status 200; a replayed answer says so in {@code Idempotent-Replayed}. */
  public void send(RoutingContext context) {
    if (isReplayed) {
      context.response().putHeader("idempotent-replayed", "true");
    }
    Reply.text(context, json);
  }
}
