package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.http.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a job trains with.
 *
 * @param grader of {@link TrainingMethod#REINFORCEMENT}, as the customer wrote it; null elsewhere
 * @param integrations what the trainer reports the training to
 */
public record Training(
    TrainingMethod method,
    Hyperparameters hyperparameters,
    @Nullable JsonNode grader,
    List<Integration> integrations) {

  public Training {
    integrations = List.copyOf(integrations);
  }

  /** Supervised, everything else left to the trainer. */
  public static final Training SUPERVISED = MethodReader.byDefault(TrainingMethod.SUPERVISED);

  /** As the API writes it. */
  public Map<String, Object> view() {
    Map<String, Object> own = new LinkedHashMap<>();
    if (grader != null) {
      own.put("grader", grader);
    }
    own.put("hyperparameters", hyperparameters.view());
    return Map.of("type", method.wireName(), method.wireName(), own);
  }

  /** The types of its integrations. */
  List<String> integrationTypes() {
    return integrations.stream().map(Integration::type).distinct().toList();
  }

  @Nullable String integrationsJson() {
    return integrations.isEmpty() ? null : Json.text(integrations);
  }

  @Nullable String graderJson() {
    return grader == null ? null : Json.text(grader);
  }
}
