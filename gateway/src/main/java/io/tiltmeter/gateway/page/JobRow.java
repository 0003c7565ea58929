package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.job.Outcome;
import io.tiltmeter.gateway.job.HeldFor;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.policy.lineage.Digest;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A job with all that the pages tell of its way. */
record JobRow(
    String id,
    UUID tenantId,
    String tenant,
    String baseModel,
    String suffix,
    Digest policyDigest,
    Stage stage,
    @Nullable HeldFor heldFor,
    @Nullable String errorCode,
    @Nullable String errorMessage,
    Instant createdAt,
    @Nullable Instant finishedAt,
    Outcome outcome,
    Upload upload,
    Training training,
    Evaluation evaluation,
    @Nullable Release release) {

  /**
   * The training file.
   *
   * @param scan number of the scan that the job was decided on
   * @param scannedAt null while it is in quarantine
   */
  record Upload(
      String id,
      String name,
      boolean isScanned,
      long examples,
      int scan,
      Instant at,
      @Nullable Instant scannedAt) {}

  /** From the first lease to the completed one, with what the newest lease told last. */
  record Training(
      @Nullable Instant from,
      @Nullable Instant until,
      @Nullable Long step,
      @Nullable Long steps,
      @Nullable Double loss) {}

  /** The newest evaluation. */
  record Evaluation(@Nullable Instant from, @Nullable Instant until, @Nullable String verdict) {}

  /** The model that went out; deleted ones are not shown but still count. */
  record Release(String model, Instant at, boolean isDeleted, int files) {}
}
