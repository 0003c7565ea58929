package io.tiltmeter.gateway.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * One fine-tune as a customer would order it.
 *
 * @param data file of training examples, beside the recipes
 * @param method {@code full} or {@code lora}
 * @param rank LoRA rank; absent for {@code full}
 * @param alpha LoRA scale numerator; absent for {@code full}
 */
record Recipe(
    String name,
    String data,
    String method,
    @Nullable Integer rank,
    @Nullable Double alpha,
    int epochs,
    double learningRate,
    int batch,
    long seed) {

  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private record Recipes(List<Recipe> jobs) {}

  /** Reads {@code recipes.json} in this folder. */
  static List<Recipe> readAll(Path datasets) {
    Path file = datasets.resolve("recipes.json");
    try {
      return JSON.readValue(Files.readAllBytes(file), Recipes.class).jobs();
    } catch (IOException | JacksonException e) {
      throw new DemoException("recipes %s cannot be read".formatted(file), e);
    }
  }

  /** Whether an adapter comes out, rather than a whole model. */
  boolean isLora() {
    return method.equals("lora");
  }
}
