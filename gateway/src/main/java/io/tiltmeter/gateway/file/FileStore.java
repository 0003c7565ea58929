package io.tiltmeter.gateway.file;

import io.tiltmeter.gateway.blob.Blob;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Source;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where training files are written down. */
public final class FileStore {
  private final Clock clock;

  public FileStore(Clock clock) {
    this.clock = clock;
  }

  /**
   * A file that is complete and not written down yet.
   *
   * @param expiresAfter how long after its creation it expires; null if it stays
   */
  public record NewFile(
      String id,
      UUID tenantId,
      Blob blob,
      String filename,
      String purpose,
      TrainingFile.Origin origin,
      @Nullable Duration expiresAfter) {

    /** A file that stays until it is deleted. */
    public NewFile(
        String id,
        UUID tenantId,
        Blob blob,
        String filename,
        String purpose,
        TrainingFile.Origin origin) {
      this(id, tenantId, blob, filename, purpose, origin, null);
    }
  }

  /** Adds a file in quarantine. */
  public TrainingFile insert(Sql sql, NewFile file) {
    Instant now = clock.instant();
    return sql.find(
            FileStore::file,
            """
            insert into training_file (id, tenant_id, digest, bytes, filename, purpose, uploaded_by,
              uploaded_from, created_at, state, source, origin, croissant, croissant_digest,
              expires_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'quarantined', $10, $11, $12, $13, $14)
            returning *
            """,
            file.id(),
            file.tenantId(),
            file.blob().digest().toString(),
            file.blob().size(),
            file.filename(),
            file.purpose(),
            file.origin().keyId(),
            file.origin().address(),
            now,
            file.origin().provenance().source().wireName(),
            file.origin().provenance().origin(),
            file.origin().provenance().croissant(),
            ShownFile.digest(file.origin().provenance()),
            file.expiresAfter() == null ? null : now.plus(file.expiresAfter()))
        .orElseThrow();
  }

  /** This tenant's file, unless it was deleted or has expired. */
  public Optional<TrainingFile> find(Sql sql, UUID tenantId, String id) {
    return sql.find(
        FileStore::file,
        """
        select * from training_file where tenant_id = $1 and id = $2 and deleted_at is null
          and (expires_at is null or expires_at > $3)
        """,
        tenantId,
        id,
        clock.instant());
  }

  /** The file of a job, which keeps it for as long as it runs: also one that has expired. */
  public Optional<TrainingFile> findForJob(Sql sql, UUID tenantId, String id) {
    return sql.find(
        FileStore::file,
        "select * from training_file where tenant_id = $1 and id = $2 and deleted_at is null",
        tenantId,
        id);
  }

  /**
   * As {@link #find}; until the transaction ends it is neither deleted nor does its state change.
   */
  public Optional<TrainingFile> findAndKeep(Sql transaction, UUID tenantId, String id) {
    return transaction.find(
        FileStore::file,
        """
        select * from training_file where tenant_id = $1 and id = $2 and deleted_at is null
          and (expires_at is null or expires_at > $3)
        for share
        """,
        tenantId,
        id,
        clock.instant());
  }

  /** Locks a file against new jobs until the transaction ends; whether there is one. */
  boolean lock(Sql transaction, UUID tenantId, String id) {
    return transaction
        .find(
            Row::toString,
            """
            select id from training_file where tenant_id = $1 and id = $2 and deleted_at is null
            for update
            """,
            tenantId,
            id)
        .isPresent();
  }

  /** A job of this tenant that still needs the file. */
  Optional<String> user(Sql sql, UUID tenantId, String id) {
    return sql.find(
        row -> row.getString("id"),
        """
        select id from job
        where tenant_id = $1 and $2 in (file_id, validation_file_id) and finished_at is null
        order by created_at limit 1
        """,
        tenantId,
        id);
  }

  /** A file that has expired, of any tenant. */
  record Expired(UUID tenantId, String id, Digest digest) {}

  /** Files whose time is over and that no unfinished job needs, those that expired first first. */
  List<Expired> expired(Sql sql, int limit) {
    return sql.list(
        row ->
            new Expired(
                row.getUUID("tenant_id"),
                row.getString("id"),
                Digest.parse(row.getString("digest"))),
        """
        select tenant_id, id, digest from training_file as file
        where deleted_at is null and expires_at <= $1 and not exists (
          select from job where job.tenant_id = file.tenant_id
            and file.id in (job.file_id, job.validation_file_id) and job.finished_at is null)
        order by expires_at limit $2
        """,
        clock.instant(),
        limit);
  }

  /** Marks an expired file as deleted, if no job has come to need it; whether it did. */
  boolean deleteUnlessUsed(Sql transaction, Expired file) {
    if (!lock(transaction, file.tenantId(), file.id())
        || user(transaction, file.tenantId(), file.id()).isPresent()) {
      return false;
    }
    delete(transaction, file.tenantId(), file.id());
    return true;
  }

  /** Marks a file as deleted. */
  void delete(Sql transaction, UUID tenantId, String id) {
    transaction.run(
        "update training_file set deleted_at = $3 where tenant_id = $1 and id = $2",
        tenantId,
        id,
        clock.instant());
  }

  /**
   * Keeps everybody else, until the transaction ends, from adding a file with these bytes and from
   * removing them.
   */
  public void lockBytes(Sql transaction, Digest digest) {
    transaction.run("select pg_advisory_xact_lock(hashtextextended($1, 0))", digest.toString());
  }

  /** The same for many at once, in this order. */
  void lockBytes(Sql transaction, List<Digest> digests) {
    transaction.run(
        """
        select pg_advisory_xact_lock(hashtextextended(digest, 0))
        from unnest($1::text[]) with ordinality as wanted (digest, position) order by position
        """,
        (Object) texts(digests));
  }

  /** Those of these bytes that a file, or a part of an upload, of anybody has. */
  Set<Digest> needed(Sql sql, List<Digest> digests) {
    return Set.copyOf(
        sql.list(
            row -> Digest.parse(row.getString("digest")),
            """
            select digest from training_file where digest = any ($1) and deleted_at is null
            union select digest from upload_part where digest = any ($1)
            """,
            (Object) texts(digests)));
  }

  private static String[] texts(List<Digest> digests) {
    return digests.stream().map(Digest::toString).toArray(String[]::new);
  }

  private static TrainingFile file(Row row) {
    OffsetDateTime expiresAt = row.getOffsetDateTime("expires_at");
    return new TrainingFile(
        row.getString("id"),
        row.getUUID("tenant_id"),
        new Blob(Digest.parse(row.getString("digest")), row.getLong("bytes")),
        row.getString("filename"),
        row.getString("purpose"),
        origin(row),
        row.getOffsetDateTime("created_at").toInstant(),
        TrainingFile.State.of(row.getString("state")),
        row.getLong("examples"),
        row.getString("problem"),
        expiresAt == null ? null : expiresAt.toInstant());
  }

  private static TrainingFile.Origin origin(Row row) {
    return new TrainingFile.Origin(
        row.getString("uploaded_by"),
        row.getString("uploaded_from"),
        new Provenance(
            Source.find(row.getString("source")).orElseThrow(),
            row.getString("origin"),
            row.getString("croissant")));
  }

  /** A file whoever it belongs to, deleted or not; for staff. */
  public Optional<TrainingFile> findForStaff(Sql sql, String id) {
    return sql.find(FileStore::file, "select * from training_file where id = $1", id);
  }
}
