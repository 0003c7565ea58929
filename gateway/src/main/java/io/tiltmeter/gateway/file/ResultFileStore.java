package io.tiltmeter.gateway.file;

import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.db.Sql;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;

/** Where reports on jobs are kept: whole, in the database, one for each job at most. */
public final class ResultFileStore {
  private final Clock clock;

  public ResultFileStore(Clock clock) {
    this.clock = clock;
  }

  /** Writes a report, unless its job has or had one; belongs where the job ends. */
  public void write(Sql transaction, ResultFile file) {
    transaction.run(
        """
        insert into result_file (id, job_id, tenant_id, bytes, text, created_at)
        values ($1, $2, $3, $4, $5, $6) on conflict (job_id) do nothing
        """,
        NewId.of("file-"),
        file.jobId(),
        file.tenantId(),
        (long) file.text().getBytes(StandardCharsets.UTF_8).length,
        file.text(),
        clock.instant());
  }

  /** The text of this tenant's report, unless it was deleted. */
  public Optional<String> text(Sql sql, UUID tenantId, String id) {
    return sql.find(
        row -> row.getString("text"),
        "select text from result_file where tenant_id = $1 and id = $2 and deleted_at is null",
        tenantId,
        id);
  }

  /** Deletes a report for good; whether it was there. */
  boolean delete(Sql sql, UUID tenantId, String id) {
    return sql.change(
        """
        update result_file set deleted_at = $3, text = null
        where tenant_id = $1 and id = $2 and deleted_at is null
        """,
        tenantId,
        id,
        clock.instant());
  }
}
