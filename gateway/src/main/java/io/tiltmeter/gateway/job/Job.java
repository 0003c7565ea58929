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
 * @param baseModel name of the base; in a lineage, of its root
 * @param parent the released model that is tuned further; null where the base itself is tuned
 * @param fileId the training file
 * @param training how, as the customer gave it
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
    @Nullable Parent parent,
    String fileId,
    @Nullable String suffix,
    long seed,
    Training training,
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
   * A released model that is tuned further.
   *
   * @param start manifest of the whole weights that the training starts from; null until those of
   *     an adapter were merged
   */
  public record Parent(String model, @Nullable Digest start) {}

  /**
   * Manifest of the whole weights of the parent that the training starts from; null where it starts
   * from the base.
   *
   * @throws IllegalStateException if they are not there yet
   */
  public @Nullable Digest start() {
    if (parent != null && parent.start() == null) {
      throw new IllegalStateException("job %s waits for its parent's weights".formatted(id));
    }
    return parent == null ? null : parent.start();
  }

  /** The name of what is tuned, as the customer gave it. */
  public String tunedModel() {
    return parent == null ? baseModel : parent.model();
  }

  /**
   * Why a job ended without a model.
   *
   * @param code {@code invalid_training_file}, {@code unsafe_file}, {@code safety_gate_blocked} or
   *     {@code evaluation_failed}
   */
  public record Failure(String code, String message, @Nullable String param) {}
}
