package io.tiltmeter.gateway.scan;

import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Where cases on training files are kept. */
public final class DatasetCaseStore {
  private static final String SELECT = "select *, reasons::text as reasons_text from dataset_case ";

  private final Clock clock;

  public DatasetCaseStore(Clock clock) {
    this.clock = clock;
  }

  /** Opens a case on what this scan of a file found. */
  void open(Sql transaction, ScanStore.Upload upload, int scan, String reasons) {
    transaction.run(
        """
        insert into dataset_case (id, file_id, tenant_id, scan, reasons, evidence_digest, opened_at)
        values ($1, $2, $3, $4, $5::text::jsonb, $6, $7)
        """,
        NewId.of("dcase_"),
        upload.id(),
        upload.tenantId(),
        scan,
        reasons,
        Digest.of(reasons).toString(),
        clock.instant());
  }

  /** A case; for staff. */
  public Optional<DatasetCase> find(Sql sql, String id) {
    return sql.find(DatasetCaseStore::datasetCase, SELECT + "where id = $1", id);
  }

  /** Cases on a file, newest first; for staff. */
  public List<DatasetCase> ofFile(Sql sql, UUID tenantId, String fileId) {
    return sql.list(
        DatasetCaseStore::datasetCase,
        SELECT + "where tenant_id = $1 and file_id = $2 order by opened_at desc, id",
        tenantId,
        fileId);
  }

  /** Open cases, oldest first; for staff. */
  public List<DatasetCase> open(Sql sql, int limit) {
    return sql.list(
        DatasetCaseStore::datasetCase,
        SELECT + "where closed_at is null order by opened_at, id limit $1",
        limit);
  }

  /** Closes a case; whether it was open. */
  boolean close(Sql transaction, String id, Caller.Staff person, String reason) {
    return transaction.change(
        """
        update dataset_case set closed_at = $2, person = $3, key_id = $4, reason = $5
        where id = $1 and closed_at is null
        """,
        id,
        clock.instant(),
        person.holder(),
        person.keyId(),
        reason);
  }

  private static DatasetCase datasetCase(Row row) {
    return new DatasetCase(
        row.getString("id"),
        row.getUUID("tenant_id"),
        row.getString("file_id"),
        row.getInteger("scan"),
        row.getString("reasons_text"),
        Digest.parse(row.getString("evidence_digest")),
        row.getOffsetDateTime("opened_at").toInstant(),
        row.getOffsetDateTime("closed_at") == null
            ? null
            : new DatasetCase.End(
                row.getString("person"),
                row.getString("reason"),
                row.getOffsetDateTime("closed_at").toInstant()));
  }
}
