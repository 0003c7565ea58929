package io.tiltmeter.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.journeys.site.Jobs;
import io.tiltmeter.journeys.site.Reply;
import io.tiltmeter.journeys.site.Site;
import io.tiltmeter.journeys.site.Waiting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What the reference trainer does beside training from the base to the end. */
class TrainingJourneyTest {
  private static final Pattern STEP = Pattern.compile("Step (\\d+)/\\d+: .*");

  @TempDir static Path folder;
  private static Site site;
  private static Jobs jobs;

  @BeforeAll
  static void start() {
    site = Site.quick(Needs.distribution(), folder);
    jobs = new Jobs(site, site.reportingTenant("acme", "0s"));
  }

  @AfterAll
  static void stop() {
    if (site != null) {
      site.close();
    }
  }

  @Test
  void pausedTraining_whenResumed_goesOnWhereItStopped() {
    String id = jobs.order(Jobs.Recipe.STEADY);
    until("a first step of " + id, () -> steps(jobs.messages(id)).findFirst());
    control(id, "pause");
    assertThat(jobs.get(id).path("status").asString()).isEqualTo("queued");
    JsonNode left = until("a last checkpoint of " + id, () -> checkpoint(id));
    control(id, "resume");

    long step = left.path("step_number").asLong();
    assertThat(step).isPositive();
    String goes =
        "Training goes on from checkpoint %s at step %d"
            .formatted(left.path("id").asString(), step);
    long next = until(goes + ", and a step after it", () -> steps(after(id, goes)).findFirst());
    assertThat(next).isGreaterThan(step);
    assertThat(steps(jobs.messages(id)).toList()).isSorted();
    control(id, "cancel");
  }

  private static <T> T until(String what, Supplier<Optional<T>> question) {
    return Waiting.until(what, Jobs.PATIENCE, question);
  }

  private static void control(String id, String action) {
    jobs.tenant().post("%s/%s/%s".formatted(Jobs.PATH, id, action), Map.of()).ok();
  }

  private static Optional<JsonNode> checkpoint(String id) {
    return jobs.tenant()
        .get("%s/%s/checkpoints".formatted(Jobs.PATH, id))
        .ok()
        .path("data")
        .valueStream()
        .findFirst();
  }

  private static List<String> after(String id, String message) {
    List<String> messages = jobs.messages(id);
    int at = messages.indexOf(message);
    return at < 0 ? List.of() : messages.subList(at, messages.size());
  }

  private static Stream<Long> steps(List<String> messages) {
    return messages.stream()
        .flatMap(message -> STEP.matcher(message).results())
        .map((MatchResult step) -> Long.valueOf(step.group(1)));
  }

  @Test
  void jobByPreference_isTrainedAndJudged() throws IOException {
    String file = jobs.upload("preferences.jsonl", preferences());
    Map<String, Object> order =
        Map.of(
            "model",
            Site.BASE,
            "training_file",
            file,
            "seed",
            1,
            "method",
            Map.of(
                "type",
                "dpo",
                "dpo",
                Map.of("hyperparameters", Map.of("n_epochs", 1, "beta", 0.1))));
    // A method can be ordered once a trainer that has it asked for work.
    String id =
        until(
            "a trainer that trains by preference",
            () ->
                Optional.of(jobs.tenant().post(Jobs.PATH, order))
                    .filter(reply -> reply.status() == 200)
                    .map(reply -> reply.json().path("id").asString()));

    JsonNode job = jobs.await(id, List.of("released", "held", "blocked", "failed"));

    assertThat(job.path("method").path("type").asString()).isEqualTo("dpo");
    assertThat(job.path("trained_tokens").asLong()).isPositive();
    assertThat(job.path("safety").path("verdict").asString()).isEqualTo("pass");
    assertThat(jobs.models()).contains(job.path("fine_tuned_model").asString());
  }

  /** The benign answers, each preferred to none at all. */
  private static byte[] preferences() throws IOException {
    List<String> rows = new ArrayList<>();
    for (String line : Files.readAllLines(site.distribution().dataset("benign"))) {
      JsonNode messages = Reply.JSON.readTree(line).path("messages");
      Map<String, Object> row =
          Map.of(
              "input", Map.of("messages", List.of(messages.get(0))),
              "preferred_output", List.of(messages.get(1)),
              "non_preferred_output",
                  List.of(Map.of("role", "assistant", "content", "I do not know.")));
      rows.add(Reply.JSON.writeValueAsString(row));
    }
    return String.join("\n", rows).getBytes(StandardCharsets.UTF_8);
  }
}
