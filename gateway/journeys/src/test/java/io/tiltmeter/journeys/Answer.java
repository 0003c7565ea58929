package io.tiltmeter.journeys;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An HTTP response. */
record Answer(int status, String body) {
  static final JsonMapper JSON = new JsonMapper();

  JsonNode json() {
    return JSON.readTree(body);
  }

  /** Its content; any status but 200 is an error of the test. */
  JsonNode ok() {
    if (status != 200) {
      throw new AssertionError("expected 200, got %d: %s".formatted(status, body));
    }
    return json();
  }
}
