package io.tiltmeter.gateway.webhook;

import io.tiltmeter.gateway.http.Json;
import java.util.Map;

/**
 * What a webhook says: that something happened to the object of this id, and no more.
 *
 * @param createdAt Unix seconds
 */
record EventView(String id, String object, String type, long createdAt, Map<String, String> data) {

  /** The body of the message. */
  static String json(Delivery.Event event) {
    return Json.text(
        new EventView(
            event.id(),
            "event",
            event.type(),
            event.at().getEpochSecond(),
            Map.of("id", event.objectId())));
  }
}
