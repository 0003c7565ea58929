package io.tiltmeter.gateway.trainer;

import io.tiltmeter.policy.lineage.Digest;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A trainer's right to work on one job.
 *
 * @param keyId the API key that it was given to; no other can use it
 * @param trainer the trainer's own name, for people
 * @param tokenHash SHA-256 of the token
 * @param until when it ends unless a heartbeat comes
 * @param step optimiser steps that the last heartbeat told of; null before the first
 * @param outcome null while it runs
 */
record Lease(
    String id,
    String jobId,
    UUID tenantId,
    String keyId,
    String trainer,
    Digest tokenHash,
    Instant until,
    @Nullable Long step,
    @Nullable Outcome outcome) {

  /** How a lease ended. */
  enum Outcome {
    COMPLETED,
    FAILED,
    LOST,
    CANCELLED,
    /** A checkpoint was blocked. */
    STOPPED,
    /** The customer paused the job. */
    PAUSED;

    String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Outcome of(String wireName) {
      return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
  }

  /**
   * Whether its job was paused so lately that its trainer may still leave a checkpoint, if nobody
   * else got the job since.
   */
  boolean isLeavingAt(Instant now) {
    return outcome == Outcome.PAUSED && until.isAfter(now);
  }

  /** Whether it neither ended nor ran out. */
  boolean isHeldAt(Instant now) {
    return outcome == null && until.isAfter(now);
  }
}
