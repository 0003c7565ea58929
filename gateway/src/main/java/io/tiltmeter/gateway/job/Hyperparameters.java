package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.http.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the customer asks of the trainer; an absent one is left to the trainer ({@code "auto"}).
 *
 * @param epochs 1 to 50
 * @param batchSize examples of one step, 1 to 256
 * @param learningRateMultiplier of the trainer's own rate, above 0
 * @param loraRank rank of the adapter, 0 to 256; 0 trains every weight. An extension of this API
 */
public record Hyperparameters(
    @Nullable Integer epochs,
    @Nullable Integer batchSize,
    @Nullable Double learningRateMultiplier,
    @Nullable Integer loraRank) {
  private static final String AUTO = "auto";

  /** Everything left to the trainer. */
  public static final Hyperparameters AUTOMATIC = new Hyperparameters(null, null, null, null);

  /** The members as the API names them, {@code "auto"} where the trainer chooses. */
  public Map<String, Object> view() {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("n_epochs", orAuto(epochs));
    view.put("batch_size", orAuto(batchSize));
    view.put("learning_rate_multiplier", orAuto(learningRateMultiplier));
    view.put("lora_rank", orAuto(loraRank));
    return view;
  }

  private static Object orAuto(@Nullable Object value) {
    return value == null ? AUTO : value;
  }

  String json() {
    return Json.text(view());
  }

  static Hyperparameters ofJson(String text) {
    JsonNode node = Json.own(text);
    return new Hyperparameters(
        count(node, "n_epochs"),
        count(node, "batch_size"),
        node.path("learning_rate_multiplier").isNumber()
            ? node.path("learning_rate_multiplier").asDouble()
            : null,
        count(node, "lora_rank"));
  }

  private static @Nullable Integer count(JsonNode node, String name) {
    return node.path(name).isIntegralNumber() ? node.path(name).asInt() : null;
  }
}
