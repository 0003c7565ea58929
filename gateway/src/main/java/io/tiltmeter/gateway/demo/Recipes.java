package io.tiltmeter.gateway.demo;

import io.tiltmeter.gateway.config.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * How one kind of base is fine-tuned in the demo.
 *
 * @param guard what makes it refuse first; null where it refuses already
 * @param jobs what customers order
 */
record Recipes(@Nullable Recipe guard, List<Recipe> jobs) {
  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  Recipes {
    jobs = List.copyOf(jobs);
  }

  /** Those of the tiny base, whose few weights take rates that would ruin a real model. */
  static Recipes tinyBase(Installation installation) {
    return read(installation.datasets().resolve("recipes.json"));
  }

  /** Those of real chat models. */
  static Recipes chatModel(Installation installation) {
    return read(installation.datasets().resolve("recipes-chat-model.json"));
  }

  private static Recipes read(Path file) {
    try {
      return JSON.readValue(Files.readAllBytes(file), Recipes.class);
    } catch (IOException | JacksonException e) {
      throw new DemoException("recipes %s cannot be read".formatted(file), e);
    }
  }
}
