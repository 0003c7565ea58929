package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.http.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the customer asks of the trainer, by the names of the API: numbers and words, {@code "auto"}
 * where the trainer chooses. Which members there are depends on the {@link TrainingMethod}.
 */
public record Hyperparameters(Map<String, Object> view) {
  static final String AUTO = "auto";

  public Hyperparameters {
    view = Collections.unmodifiableMap(new LinkedHashMap<>(view));
  }

  String json() {
    return Json.text(view);
  }

  static Hyperparameters ofJson(String text) {
    Map<String, Object> view = new LinkedHashMap<>();
    Json.own(text)
        .properties()
        .forEach(
            member ->
                view.put(
                    member.getKey(),
                    member.getValue().isNumber()
                        ? member.getValue().numberValue()
                        : member.getValue().stringValue()));
    return new Hyperparameters(view);
  }
}
