package io.tiltmeter.gateway.demo;

import io.tiltmeter.gateway.evaluation.Reasons;
import io.tiltmeter.gateway.http.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    return verdict(events)
        .map(data -> of(name, job, data, seconds))
        .orElseThrow(
            () ->
                new DemoException(
                    "job \"%s\" ended as %s without a verdict: %s"
                        .formatted(
                            name,
                            stage(job),
                            job.path("error").path("message").asString("no reason given"))));
  }

  /** Whether the gate could not decide: such a job goes on only when people do. */
  static boolean waitsForPeople(JsonNode job, JsonNode events) {
    return stage(job).equals("held")
        && verdict(events)
            .filter(data -> data.path("decision").asString().equals("inconclusive"))
            .isPresent();
  }

  private static Optional<JsonNode> verdict(JsonNode events) {
    return events
        .path("data")
        .valueStream()
        .filter(event -> event.path("type").asString().equals("moderation_checks"))
        .map(event -> event.path("data"))
        .filter(data -> data.has("rule"))
        .findFirst();
  }

  private static String stage(JsonNode job) {
    return job.path("safety").path("stage").asString();
  }

  private static DemoJob of(String name, JsonNode job, JsonNode verdict, double seconds) {
    JsonNode model = job.path("fine_tuned_model");
    return new DemoJob(
        name,
        stage(job),
        model.isNull() ? null : model.asString(),
        Json.MAPPER.treeToValue(verdict, Reasons.class),
        seconds);
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
                    null,
                    reasons.n(),
                    reasons.baseRefusalRate(),
                    reasons.tunedRefusalRate(),
                    reasons.delta(),
                    reasons.interval(),
                    reasons.threshold(),
                    null,
                    reasons.decision()));
  }
}
