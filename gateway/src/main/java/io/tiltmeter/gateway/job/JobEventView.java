package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.http.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An event, as the API writes it.
 *
 * @param createdAt Unix seconds
 */
record JobEventView(
    String object,
    String id,
    long createdAt,
    String level,
    String message,
    String type,
    @Nullable JsonNode data) {

  static JobEventView from(JobEvent event) {
    return new JobEventView(
        "fine_tuning.job.event",
        event.id(),
        event.createdAt().getEpochSecond(),
        event.level().wireName(),
        event.message(),
        event.type(),
        event.data() == null ? null : Json.own(event.data()));
  }
}
