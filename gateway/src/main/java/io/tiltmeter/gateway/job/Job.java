package io.tiltmeter.gateway.job;

import io.tiltmeter.policy.lineage.Digest;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One fine-tuning job.
 *
 * @param tenant the tenant's name
 * @param baseModel name of the base
 * @param fileId the training file
 * @param hyperparameters as the customer gave them
 * @param policyDigest the policy that was the tenant's when the job was made; it decides to the end
 * @param heldFor there exactly while the job is held
 * @param artifactDigest manifest of the pinned result, once there is one
 * @param modelName public name, once released
 */
public record Job(
    String id,
    UUID tenantId,
    String tenant,
    String baseModel,
    String fileId,
    @Nullable String suffix,
    long seed,
    String method,
    Hyperparameters hyperparameters,
    @Nullable Map<String, String> metadata,
    Digest policyDigest,
    Stage stage,
    @Nullable HeldFor heldFor,
    @Nullable Failure failure,
    @Nullable Long trainedTokens,
    @Nullable Digest artifactDigest,
    @Nullable String modelName,
    Instant createdAt,
    Instant stageAt,
    @Nullable Instant finishedAt) {

  /**
   * The manifest of the pinned result.
   *
   * @throws IllegalStateException if nothing was pinned yet
   */
  public Digest pinnedArtifact() {
    if (artifactDigest == null) {
      throw new IllegalStateException("job %s has no pinned artifact".formatted(id));
    }
    return artifactDigest;
  }

  /**
   * Why a job ended without a model.
   *
   * @param code {@code invalid_training_file}, {@code unsafe_file}, {@code safety_gate_blocked} or
   *     {@code evaluation_failed}
   */
  public record Failure(String code, String message, @Nullable String param) {}
}
