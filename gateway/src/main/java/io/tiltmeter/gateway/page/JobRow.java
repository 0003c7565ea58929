package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.job.Outcome;
import io.tiltmeter.gateway.job.HeldFor;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A job with all that the pages tell of its way, as one query reads it. */
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

  /** The training file; {@code scannedAt} is null while it is in quarantine. */
  record Upload(
      String id,
      String name,
      boolean isScanned,
      long examples,
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

  static JobRow of(Row row) {
    return new JobRow(
        row.getString("id"),
        row.getUUID("tenant_id"),
        row.getString("tenant"),
        row.getString("base_model"),
        row.getString("suffix"),
        Digest.parse(row.getString("policy_digest")),
        Stage.of(row.getString("stage")),
        row.getString("held_for") == null ? null : HeldFor.of(row.getString("held_for")),
        row.getString("error_code"),
        row.getString("error_message"),
        row.getOffsetDateTime("created_at").toInstant(),
        instant(row, "finished_at"),
        Outcome.ofWireName(row.getString("outcome")).orElseThrow(),
        upload(row),
        training(row),
        new Evaluation(
            instant(row, "evaluated_from"),
            instant(row, "evaluated_until"),
            row.getString("verdict")),
        release(row));
  }

  private static Upload upload(Row row) {
    return new Upload(
        row.getString("file_id"),
        row.getString("filename"),
        row.getString("file_state").equals("scanned"),
        row.getLong("examples"),
        row.getOffsetDateTime("uploaded_at").toInstant(),
        instant(row, "scanned_at"));
  }

  private static Training training(Row row) {
    return new Training(
        instant(row, "trained_from"),
        instant(row, "trained_until"),
        row.getLong("step"),
        row.getLong("steps"),
        row.getDouble("loss"));
  }

  private static @Nullable Release release(Row row) {
    String model = row.getString("released_name");
    return model == null
        ? null
        : new Release(
            model,
            row.getOffsetDateTime("released_at").toInstant(),
            row.getOffsetDateTime("deleted_at") != null,
            row.getInteger("files"));
  }

  private static @Nullable Instant instant(Row row, String column) {
    OffsetDateTime at = row.getOffsetDateTime(column);
    return at == null ? null : at.toInstant();
  }
}
