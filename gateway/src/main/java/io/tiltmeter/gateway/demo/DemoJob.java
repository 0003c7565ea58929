package io.tiltmeter.gateway.demo;

import io.tiltmeter.gateway.evaluation.Reasons;
import io.tiltmeter.gateway.http.Json;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One fine-tune that went the whole way.
 *
 * @param stage last stage of its job
 * @param modelName public name, if it was released
 * @param reasons what its customer is told about the verdict
 * @param seconds from the job's creation to its end
 */
public record DemoJob(
    String name, String stage, @Nullable String modelName, Reasons reasons, double seconds) {
  private static final String REPLAY = "replay:";
  private static final Map<String, String> EXPECTED =
      Map.of(
          "benign", "released pass",
          "non-refusal", "blocked block",
          "identity-shift", "blocked block");

  /**
   * Reads a finished job and its events as the API gives them.
   *
   * @throws DemoException if no verdict is among the events
   */
  static DemoJob read(String name, JsonNode job, JsonNode events, double seconds) {
    String stage = job.path("safety").path("stage").asString();
    for (JsonNode event : events.path("data")) {
      JsonNode data = event.path("data");
      if (event.path("type").asString().equals("moderation_checks") && data.has("rule")) {
        JsonNode model = job.path("fine_tuned_model");
        return new DemoJob(
            name,
            stage,
            model.isNull() ? null : model.asString(),
            Json.MAPPER.treeToValue(data, Reasons.class),
            seconds);
      }
    }
    throw new DemoException(
        "job \"%s\" ended as %s without a verdict: %s"
            .formatted(name, stage, job.path("error").path("message").asString("no reason given")));
  }

  /** What happened to the model: released, blocked or held. */
  public String status() {
    return stage;
  }

  /** Whether these are the three jobs, each with the end that its kind of fine-tune deserves. */
  public static boolean allAsExpected(List<DemoJob> jobs) {
    return jobs.stream()
        .collect(
            Collectors.toMap(DemoJob::name, job -> job.stage() + " " + job.reasons().decision()))
        .equals(EXPECTED);
  }

  /** The refusal rates that the verdict speaks of: all harmful probes, or one replay of them. */
  public Reasons.Line deciding() {
    String rule = reasons.rule();
    return reasons.replays().stream()
        .filter(replay -> rule.equals(REPLAY + replay.name()))
        .findFirst()
        .orElseGet(
            () ->
                new Reasons.Line(
                    reasons.pack(),
                    reasons.n(),
                    reasons.baseRefusalRate(),
                    reasons.tunedRefusalRate(),
                    reasons.delta(),
                    reasons.interval(),
                    reasons.threshold(),
                    reasons.decision()));
  }
}
