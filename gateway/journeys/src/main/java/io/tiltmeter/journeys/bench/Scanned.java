package io.tiltmeter.journeys.bench;

import io.tiltmeter.journeys.site.Caller;
import io.tiltmeter.journeys.site.Waiting;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Waits for scans, which would take what is measured next. */
final class Scanned {
  private Scanned() {}

  /** What the file's status is once its scan is over. */
  static String await(Caller tenant, JsonNode file, Duration longest) {
    String id = file.path("id").asString();
    return Waiting.until(
        "the scan of " + id,
        longest,
        () ->
            Optional.of(tenant.get("/v1/files/" + id).ok().path("status").asString())
                .filter(status -> !status.equals("uploaded")));
  }
}
