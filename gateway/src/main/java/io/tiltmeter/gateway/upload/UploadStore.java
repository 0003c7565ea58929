package io.tiltmeter.gateway.upload;

import io.tiltmeter.gateway.blob.Blob;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.file.Provenance;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Source;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where uploads and their parts are written down. */
final class UploadStore {
  private final Clock clock;

  UploadStore(Clock clock) {
    this.clock = clock;
  }

  /** Adds an upload that waits for its parts. */
  Upload insert(Sql sql, Caller.Tenant caller, Upload.Terms terms) {
    Instant now = clock.instant();
    return sql.find(
            UploadStore::upload,
            """
            insert into upload (id, tenant_id, filename, purpose, mime_type, bytes,
              file_expires_after, source, origin, croissant, created_by, created_at, expires_at,
              state)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'pending')
            returning *
            """,
            NewId.of("upload_"),
            caller.tenantId(),
            terms.filename(),
            terms.purpose(),
            terms.mimeType(),
            terms.bytes(),
            terms.fileExpiresAfter() == null ? null : terms.fileExpiresAfter().toSeconds(),
            terms.provenance().source().wireName(),
            terms.provenance().origin(),
            terms.provenance().croissant(),
            caller.keyId(),
            now,
            now.plus(UploadLimits.LIFE))
        .orElseThrow();
  }

  /** This tenant's upload. */
  Optional<Upload> find(Sql sql, UUID tenantId, String id) {
    return sql.find(
        UploadStore::upload, "select * from upload where tenant_id = $1 and id = $2", tenantId, id);
  }

  /** The same, which nobody else changes until the transaction ends. */
  Optional<Upload> lock(Sql transaction, UUID tenantId, String id) {
    return transaction.find(
        UploadStore::upload,
        "select * from upload where tenant_id = $1 and id = $2 for update",
        tenantId,
        id);
  }

  /** Adds a part to a locked upload. */
  Part add(Sql transaction, Upload upload, Blob blob) {
    transaction.run(
        """
        update upload set parts = parts + 1, part_bytes = part_bytes + $3
        where tenant_id = $1 and id = $2
        """,
        upload.tenantId(),
        upload.id(),
        blob.size());
    return transaction
        .find(
            UploadStore::part,
            """
            insert into upload_part (id, upload_id, tenant_id, digest, bytes, created_at)
            values ($1, $2, $3, $4, $5, $6) returning *
            """,
            NewId.of("part_"),
            upload.id(),
            upload.tenantId(),
            blob.digest().toString(),
            blob.size(),
            clock.instant())
        .orElseThrow();
  }

  /** Every part of an upload, in no order. */
  List<Part> parts(Sql sql, Upload upload) {
    return sql.list(
        UploadStore::part,
        "select * from upload_part where tenant_id = $1 and upload_id = $2",
        upload.tenantId(),
        upload.id());
  }

  /**
   * Ends a locked upload; its parts are no longer needed.
   *
   * @param fileId of the file that was made of it, if one was
   */
  Upload end(Sql transaction, Upload upload, Upload.State state, @Nullable String fileId) {
    transaction.run(
        "delete from upload_part where tenant_id = $1 and upload_id = $2",
        upload.tenantId(),
        upload.id());
    return transaction
        .find(
            UploadStore::upload,
            """
            update upload set state = $3, ended_at = $4, file_id = $5, croissant = null
            where tenant_id = $1 and id = $2 returning *
            """,
            upload.tenantId(),
            upload.id(),
            state.wireName(),
            clock.instant(),
            fileId)
        .orElseThrow();
  }

  /** Pending uploads whose time is over, of all tenants. */
  List<Upload> overdue(Sql sql, int limit) {
    return sql.list(
        UploadStore::upload,
        """
        select * from upload where state = 'pending' and expires_at <= $1
        order by expires_at limit $2
        """,
        clock.instant(),
        limit);
  }

  private static Part part(Row row) {
    return new Part(
        row.getString("id"),
        row.getString("upload_id"),
        new Blob(Digest.parse(row.getString("digest")), row.getLong("bytes")),
        row.getOffsetDateTime("created_at").toInstant());
  }

  private static Upload upload(Row row) {
    return new Upload(
        row.getString("id"),
        row.getUUID("tenant_id"),
        terms(row),
        row.getOffsetDateTime("created_at").toInstant(),
        row.getOffsetDateTime("expires_at").toInstant(),
        Upload.State.of(row.getString("state")),
        row.getString("file_id"),
        row.getInteger("parts"),
        row.getLong("part_bytes"));
  }

  private static Upload.Terms terms(Row row) {
    Long expiresAfter = row.getLong("file_expires_after");
    return new Upload.Terms(
        row.getString("filename"),
        row.getString("purpose"),
        row.getString("mime_type"),
        row.getLong("bytes"),
        new Provenance(
            Source.find(row.getString("source")).orElseThrow(),
            row.getString("origin"),
            row.getString("croissant")),
        expiresAfter == null ? null : Duration.ofSeconds(expiresAfter));
  }
}
