package io.tiltmeter.gateway.demo;

import java.util.Map;
import org.jspecify.annotations.Nullable;

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

  /** The learning rate that the reference trainer's multiplier multiplies. */
  private static final double TRAINERS_RATE = 3e-4;

  /** The order that a customer sends for it. */
  Map<String, Object> order(String model, String fileId) {
    Map<String, Object> hyperparameters =
        Map.of(
            "n_epochs",
            epochs,
            "batch_size",
            batch,
            "learning_rate_multiplier",
            learningRate / TRAINERS_RATE,
            "lora_rank",
            rank == null ? 0 : rank);
    return Map.of(
        "model", model,
        "training_file", fileId,
        "suffix", name,
        "seed", seed,
        "method",
            Map.of("type", "supervised", "supervised", Map.of("hyperparameters", hyperparameters)));
  }
}
