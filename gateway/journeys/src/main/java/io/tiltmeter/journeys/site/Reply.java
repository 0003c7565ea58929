package io.tiltmeter.journeys.site;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An HTTP response. */
public record Reply(int status, String body) {
  public static final JsonMapper JSON = new JsonMapper();

  public JsonNode json() {
    return JSON.readTree(body);
  }

  /** Its content; any status but 200 is an error of the test. */
  public JsonNode ok() {
    if (status != 200) {
      throw new AssertionError("expected 200, got %d: %s".formatted(status, body));
    }
    return json();
  }
}
