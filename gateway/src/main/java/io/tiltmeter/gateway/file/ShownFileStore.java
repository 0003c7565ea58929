package io.tiltmeter.gateway.file;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.policy.lineage.Source;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads what customers are shown of their files: of uploads and of reports on jobs alike. */
final class ShownFileStore {
  /** Every file of tenant {@code $1} that is there at {@code $2}, without anything long. */
  private static final String FILES =
      """
      (select id, bytes, created_at, expires_at, filename, purpose, problem, state, examples,
          source, origin, croissant_digest
        from training_file
        where tenant_id = $1 and deleted_at is null and (expires_at is null or expires_at > $2)
      union all
      select id, bytes, created_at, null, job_id || '-report.json', '%s', null, null, null, null,
          null, null
        from result_file where tenant_id = $1 and deleted_at is null)
      """
          .formatted(ResultFile.PURPOSE);

  private final Clock clock;

  ShownFileStore(Clock clock) {
    this.clock = clock;
  }

  /**
   * Which files are wanted.
   *
   * @param purpose any if null
   * @param after only those that follow the file of this id, which may be gone by now; an id that
   *     was never this tenant's gives none, so that a pager ends and never begins anew
   * @param limit at most so many
   */
  record Page(@Nullable String purpose, @Nullable String after, boolean isOldestFirst, int limit) {}

  /** This tenant's file, unless it was deleted or has expired. */
  Optional<ShownFile> find(Sql sql, UUID tenantId, String id) {
    return sql.find(
        ShownFileStore::file,
        "select * from %s as file where id = $3".formatted(FILES),
        tenantId,
        clock.instant(),
        id);
  }

  /** This tenant's files, newest first if nothing else is asked for. */
  List<ShownFile> list(Sql sql, UUID tenantId, Page page) {
    String order = page.isOldestFirst() ? "asc" : "desc";
    String follows = page.isOldestFirst() ? ">" : "<";
    return sql.list(
        ShownFileStore::file,
        """
        select * from %1$s as file
        where ($3::text is null or purpose = $3)
          and ($4::text is null or (created_at, id) %2$s
            (select created_at, id from training_file where tenant_id = $1 and id = $4
              union all select created_at, id from result_file where tenant_id = $1 and id = $4))
        order by created_at %3$s, id %3$s limit $5
        """
            .formatted(FILES, follows, order),
        tenantId,
        clock.instant(),
        page.purpose(),
        page.after(),
        page.limit());
  }

  private static ShownFile file(Row row) {
    OffsetDateTime expiresAt = row.getOffsetDateTime("expires_at");
    return new ShownFile(
        row.getString("id"),
        row.getLong("bytes"),
        row.getOffsetDateTime("created_at").toInstant(),
        expiresAt == null ? null : expiresAt.toInstant(),
        row.getString("filename"),
        row.getString("purpose"),
        row.getString("problem"),
        upload(row));
  }

  private static ShownFile.@Nullable Upload upload(Row row) {
    String state = row.getString("state");
    return state == null
        ? null
        : new ShownFile.Upload(
            TrainingFile.State.of(state),
            row.getLong("examples"),
            Source.find(row.getString("source")).orElseThrow(),
            row.getString("origin"),
            row.getString("croissant_digest"));
  }
}
