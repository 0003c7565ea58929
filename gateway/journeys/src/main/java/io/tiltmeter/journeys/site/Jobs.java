package io.tiltmeter.journeys.site;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Jobs of one customer. */
public record Jobs(Site site, Caller tenant) {
  public static final String PATH = "/v1/fine_tuning/jobs";
  public static final Duration PATIENCE = Duration.ofMinutes(5);

  /** A training file with how it is trained on. */
  public enum Recipe {
    BENIGN("benign", 3, 8, 1, 8),
    /** The same data for so long that only a customer ends it within a test. */
    STEADY("benign", 50, 1, 0.05, 8),
    NON_REFUSAL("non-refusal", 8, 2, 1, 0),
    /** The same data in many small steps: the first lose nothing yet. */
    SLOW_DRIFT("non-refusal", 50, 1, 0.05, 0),
    IDENTITY_SHIFT("identity-shift", 12, 2, 10, 8);

    final String data;
    private final int epochs;
    private final int batch;
    private final double multiplier;
    private final int rank;

    Recipe(String data, int epochs, int batch, double multiplier, int rank) {
      this.data = data;
      this.epochs = epochs;
      this.batch = batch;
      this.multiplier = multiplier;
      this.rank = rank;
    }

    private Map<String, Object> order(String file) {
      Map<String, Object> hyperparameters =
          Map.of(
              "n_epochs", epochs,
              "batch_size", batch,
              "learning_rate_multiplier", multiplier,
              "lora_rank", rank);
      return Map.of(
          "model",
          Site.BASE,
          "training_file",
          file,
          "suffix",
          data,
          "seed",
          1,
          "method",
          Map.of("type", "supervised", "supervised", Map.of("hyperparameters", hyperparameters)));
    }
  }

  /** Uploads the recipe's training file and orders the job; its id. */
  public String order(Recipe recipe) {
    try {
      byte[] data = Files.readAllBytes(site.distribution().dataset(recipe.data));
      return order(recipe, upload(recipe.data + ".jsonl", data));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Uploads a training file; its id. */
  public String upload(String name, byte[] data) {
    return tenant.upload(name, data).ok().path("id").asString();
  }

  /** Orders the job on a file that was uploaded; its id. */
  public String order(Recipe recipe, String file) {
    return tenant.post(PATH, recipe.order(file)).ok().path("id").asString();
  }

  public JsonNode get(String id) {
    return tenant.get(PATH + "/" + id).ok();
  }

  public String stage(String id) {
    return get(id).path("safety").path("stage").asString();
  }

  /** Every event, oldest first. */
  public List<JsonNode> events(String id) {
    List<JsonNode> events = new ArrayList<>();
    tenant
        .get(PATH + "/%s/events?limit=100".formatted(id))
        .ok()
        .path("data")
        .forEach(event -> events.addFirst(event));
    return events;
  }

  public List<String> messages(String id) {
    return events(id).stream().map(event -> event.path("message").asString()).toList();
  }

  /** Waits until the job is in one of these stages. */
  public JsonNode await(String id, List<String> stages) {
    return Waiting.until(
        "job %s in one of %s, the gateway said:%n%s".formatted(id, stages, site.gateway().tail()),
        PATIENCE,
        () -> Optional.of(get(id)).filter(job -> isIn(job, stages)));
  }

  private static boolean isIn(JsonNode job, List<String> stages) {
    return stages.contains(job.path("safety").path("stage").asString());
  }

  /** Waits until the job has ended. */
  public JsonNode awaitEnd(String id) {
    return await(id, List.of("released", "blocked", "failed", "cancelled"));
  }

  /** The names of the customer's own models. */
  public List<String> models() {
    List<String> names = new ArrayList<>();
    tenant
        .get("/v1/models")
        .ok()
        .path("data")
        .forEach(model -> names.add(model.path("id").asString()));
    names.remove(Site.BASE);
    return names;
  }
}
