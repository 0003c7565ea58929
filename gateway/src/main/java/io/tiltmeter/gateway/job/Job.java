package io.tiltmeter.gateway.job;

import io.tiltmeter.policy.lineage.Digest;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One fine-tuning job.
 *
 * @param tenant the tenant's name
 * @param baseModel name of the base; in a lineage, of its root
 * @param parent the released model that is tuned further; null where the base itself is tuned
 * @param fileId the training file
 * @param validationFileId a file that the training is measured on; null for none
 * @param training how, as the customer gave it
 * @param policyDigest the policy that was the tenant's when the job was made; it decides to the end
 * @param heldFor there exactly while the job is held
 * @param artifactDigest manifest of the pinned result, once there is one
 * @param modelName public name, once released
 * @param pausedAt since when its customer wants it to wait; null while it may go on
 */
public record Job(
    String id,
    UUID tenantId,
    String tenant,
    String baseModel,
    @Nullable Parent parent,
    String fileId,
    @Nullable String validationFileId,
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
    @Nullable Instant finishedAt,
    @Nullable Instant pausedAt) {
  static final String ID_PREFIX = "ftjob-";
  private static final int ID_LETTERS = 8;
  private static final Set<Stage> BEFORE_TRAINING = EnumSet.of(Stage.SCANNING, Stage.QUEUED);

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

  /** Whether it waits at its customer's wish. */
  public boolean isPaused() {
    return pausedAt != null && BEFORE_TRAINING.contains(stage);
  }

  /** Whether a scan, or people after one, held it back for good because of one of its files. */
  public boolean isBlockedForItsFile() {
    return stage == Stage.BLOCKED && failure != null && failure.code().equals(Failure.UNSAFE_FILE);
  }

  /** The status in the public API: what is paused is queued there. */
  public String status() {
    return isPaused() ? Stage.QUEUED.status() : stage.status();
  }

  /** The public name that its model has or would have: {@code ft:base:tenant:suffix:id}. */
  public String releaseName() {
    String letters = id.substring(ID_PREFIX.length());
    return "ft:%s:%s:%s:%s"
        .formatted(
            baseModel,
            tenant,
            suffix == null ? "" : suffix,
            letters.substring(0, Math.min(ID_LETTERS, letters.length())));
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
  public record Failure(String code, String message, @Nullable String param) {
    /** The code of jobs whose files were held back. */
    public static final String UNSAFE_FILE = "unsafe_file";
  }
}
