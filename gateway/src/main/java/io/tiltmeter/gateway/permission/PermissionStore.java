package io.tiltmeter.gateway.permission;

import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.key.Caller;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where permissions on checkpoints are kept. */
final class PermissionStore {
  private final Clock clock;

  PermissionStore(Clock clock) {
    this.clock = clock;
  }

  /**
   * Which permissions are wanted.
   *
   * @param after only those behind the one of this id; an unknown id gives none
   * @param limit at most so many
   */
  record Page(
      @Nullable String projectId, @Nullable String after, boolean isOldestFirst, int limit) {}

  /** Lets a project use a checkpoint; one that may already keeps the permission that it has. */
  Permission add(Sql transaction, Caller.Tenant by, String checkpointId, String projectId) {
    return transaction
        .find(
            PermissionStore::permission,
            """
            insert into checkpoint_permission (id, tenant_id, checkpoint_id, project_id, created_by,
              created_at)
            values ($1, $2, $3, $4, $5, $6)
            on conflict (checkpoint_id, project_id) do update set project_id = $4
            returning *
            """,
            NewId.of("cp_"),
            by.tenantId(),
            checkpointId,
            projectId,
            by.keyId(),
            clock.instant())
        .orElseThrow();
  }

  List<Permission> list(Sql sql, UUID tenantId, String checkpointId, Page page) {
    String order = page.isOldestFirst() ? "asc" : "desc";
    return sql.list(
        PermissionStore::permission,
        """
        select * from checkpoint_permission
        where tenant_id = $1 and checkpoint_id = $2 and ($3::text is null or project_id = $3)
          and ($4::text is null or (created_at, id) %s
            (select created_at, id from checkpoint_permission
              where tenant_id = $1 and checkpoint_id = $2 and id = $4))
        order by created_at %s, id %s limit $5
        """
            .formatted(page.isOldestFirst() ? ">" : "<", order, order),
        tenantId,
        checkpointId,
        page.projectId(),
        page.after(),
        page.limit());
  }

  /** Takes a permission away; whether there was one. */
  boolean remove(Sql transaction, UUID tenantId, String checkpointId, String id) {
    return transaction.change(
        """
        delete from checkpoint_permission
        where tenant_id = $1 and checkpoint_id = $2 and id = $3
        """,
        tenantId,
        checkpointId,
        id);
  }

  private static Permission permission(Row row) {
    return new Permission(
        row.getString("id"),
        row.getString("project_id"),
        row.getOffsetDateTime("created_at").toInstant());
  }
}
