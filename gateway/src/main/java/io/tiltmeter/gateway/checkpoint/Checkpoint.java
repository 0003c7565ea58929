package io.tiltmeter.gateway.checkpoint;

import io.tiltmeter.policy.gate.Screening;
import io.tiltmeter.policy.lineage.Digest;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A model in the making that a trainer sent while it went on.
 *
 * @param leaseId the lease under which it was sent
 * @param step optimiser steps that it had
 * @param loss of its last step in nats, if it was told
 * @param reason why it is in this state, where the state does not say
 * @param number the how-manieth of its job that is judged; null before
 * @param artifact manifest of its pinned files; null before
 */
public record Checkpoint(
    String id,
    String leaseId,
    String jobId,
    UUID tenantId,
    long step,
    @Nullable Double loss,
    CheckpointState state,
    @Nullable String reason,
    @Nullable Integer number,
    @Nullable Digest artifact,
    Instant createdAt) {

  /**
   * The manifest of its pinned files.
   *
   * @throws IllegalStateException if they were not pinned yet
   */
  public Digest pinnedArtifact() {
    if (artifact == null) {
      throw new IllegalStateException("checkpoint %s was not pinned".formatted(id));
    }
    return artifact;
  }

  /** The name by which customers know it, where this is its job's model's. */
  public String nameUnder(String model) {
    return "%s:ckpt-step-%d".formatted(model, step);
  }

  /**
   * The look at its job that judging it is.
   *
   * @throws IllegalStateException if nobody began to judge it
   */
  public Screening screening() {
    if (number == null) {
      throw new IllegalStateException("checkpoint %s was not judged".formatted(id));
    }
    return new Screening(number);
  }

  /**
   * One that a customer may take as the result of its job.
   *
   * @param checkpoint its id
   */
  public record Offer(String checkpoint, long step) {}
}
