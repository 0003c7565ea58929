package io.tiltmeter.journeys.site;

import java.util.Map;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * The case of a job that is held.
 *
 * @param evidence digest of what a decision rests on
 */
public record Reviewing(String id, String evidence) {

  /** The open case of this job. */
  public static Reviewing of(Caller person, String job) {
    JsonNode open = person.get("/ops/v1/cases").ok().path("data");
    JsonNode found =
        StreamSupport.stream(open.spliterator(), false)
            .filter(one -> one.path("job").asString().equals(job))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no open case of job " + job));
    return new Reviewing(found.path("id").asString(), found.path("evidence").asString());
  }

  /** This person wants the job to go on. */
  public Reply release(Caller person) {
    return person.post(
        "/ops/v1/cases/%s/decisions".formatted(id),
        Map.of(
            "action", "release",
            "reason", "Looked at the file; the persona is harmless.",
            "evidence", evidence));
  }
}
