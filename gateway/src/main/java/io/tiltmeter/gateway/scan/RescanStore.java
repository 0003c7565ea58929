package io.tiltmeter.gateway.scan;

import io.tiltmeter.evaluator.scan.ScanVersions;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads which past files are to be scanned again, and how far that is. */
public final class RescanStore {
  /** Files whose bytes are kept and that the versions $1 have not scanned, in or out of luck. */
  private static final String LEFT =
      """
      from training_file file where file.deleted_at is null and file.state = 'scanned'
        and not exists (select 1 from dataset_scan scan
          where scan.file_id = file.id and scan.versions = $1)
      """;

  /** A job that was, or is to be, trained on a file. */
  record Trained(String jobId, String stage, @Nullable String model, Digest policy) {}

  /**
   * How far it is that past files are scanned again.
   *
   * @param files that are kept and can be trained on
   * @param left of these, those that wait for it
   * @param failed of those that do not wait, those that could not be scanned again
   */
  public record Progress(long files, long left, long failed) {}

  /** Lets one process at a time decide, until the transaction ends, which file comes next. */
  void lock(Sql transaction) {
    transaction.run("select pg_advisory_xact_lock(hashtextextended('rescan', 5))::text");
  }

  /**
   * Whether no other set of versions was seen first after this one. During an upgrade, and after it
   * was taken back, two sets run: only the later one scans past files, or they would take turns.
   */
  boolean isNewest(Sql sql, ScanVersions versions) {
    return sql.find(
            row -> row.getString("digest"),
            "select digest from scan_versions order by sequence desc limit 1")
        .filter(versions.digest().toString()::equals)
        .isPresent();
  }

  /** The file that waits longest, if one does. */
  Optional<String> next(Sql sql, ScanVersions versions) {
    return sql.find(
        row -> row.getString("id"),
        "select file.id " + LEFT + " order by file.created_at, file.id limit 1",
        versions.digest().toString());
  }

  /** When a file was scanned again last, if one ever was. */
  Optional<Instant> last(Sql sql) {
    return sql.find(
        row -> row.getOffsetDateTime("scanned_at").toInstant(),
        "select scanned_at from dataset_scan where number > 1 order by scanned_at desc limit 1");
  }

  /** How far it is for these versions. */
  public Progress progress(Sql sql, ScanVersions versions) {
    return sql.find(
            row ->
                new Progress(row.getLong("files"), row.getLong("waiting"), row.getLong("failed")),
            """
            select
              (select count(*) from training_file
                where deleted_at is null and state = 'scanned') as files,
              (select count(*) %s) as waiting,
              (select count(*) from dataset_scan join training_file on id = file_id
                where versions = $1 and dataset_scan.state = 'failed' and deleted_at is null)
                as failed
            """
                .formatted(LEFT),
            versions.digest().toString())
        .orElseThrow();
  }

  /** Since when these versions are known; empty before that. */
  public Optional<Instant> since(Sql sql, ScanVersions versions) {
    return sql.find(
        row -> row.getOffsetDateTime("since").toInstant(),
        "select since from scan_versions where digest = $1",
        versions.digest().toString());
  }

  /** Jobs that were trained on a file, or may still be; oldest first. */
  List<Trained> trained(Sql sql, UUID tenantId, String fileId) {
    return sql.list(
        RescanStore::trained,
        """
        select job.id, job.stage, job.model_name, job.policy_digest from job
        where job.tenant_id = $1 and job.file_id = $2 and (job.finished_at is null or exists
          (select 1 from training_lease where job_id = job.id and tenant_id = $1))
        order by job.created_at, job.id
        """,
        tenantId,
        fileId);
  }

  private static Trained trained(Row row) {
    return new Trained(
        row.getString("id"),
        row.getString("stage"),
        row.getString("model_name"),
        Digest.parse(row.getString("policy_digest")));
  }
}
