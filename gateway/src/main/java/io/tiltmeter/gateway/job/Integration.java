package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.http.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A service that a job's trainer reports the training to, as the customer named it. Nothing here
 * ever calls it.
 *
 * @param type the one that there is: {@code wandb}
 */
public record Integration(String type, Wandb wandb) {
  /** Weights &amp; Biases. */
  static final String WANDB = "wandb";

  /**
   * Where in Weights &amp; Biases; what is null the trainer chooses.
   *
   * @param name of the run
   * @param entity team or user
   */
  public record Wandb(
      String project, @Nullable String name, @Nullable String entity, List<String> tags) {
    public Wandb {
      tags = List.copyOf(tags);
    }
  }

  static List<Integration> ofJson(@Nullable String json) {
    return json == null ? List.of() : List.of(Json.MAPPER.readValue(json, Integration[].class));
  }
}
