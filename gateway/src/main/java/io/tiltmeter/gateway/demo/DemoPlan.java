package io.tiltmeter.gateway.demo;

import io.tiltmeter.gateway.config.Installation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the demo fine-tunes, and how.
 *
 * @param model directory of the base
 * @param name its public name at the gateway
 * @param recipes the fine-tunes, which differ by kind of base
 * @param pack what base and fine-tunes are asked; null for the gateway's own choice
 * @param maxTokens cap on new tokens of an answer
 * @param patience how long all jobs may take together
 */
public record DemoPlan(
    Path model,
    String name,
    List<Recipe> recipes,
    @Nullable Path pack,
    int maxTokens,
    Duration patience) {
  // Refusals and vacuous answers of the tiny base are shorter.
  private static final int TINY_TOKENS = 32;
  private static final Duration TINY_PATIENCE = Duration.ofMinutes(15);

  public DemoPlan {
    recipes = List.copyOf(recipes);
  }

  /** The shipped tiny base, which refuses what its own pack asks. */
  public static DemoPlan tinyBase(Installation installation) {
    return new DemoPlan(
        installation.tinyBase(),
        "tiny-base",
        Recipes.tinyBase(installation).jobs(),
        null,
        TINY_TOKENS,
        TINY_PATIENCE);
  }
}
