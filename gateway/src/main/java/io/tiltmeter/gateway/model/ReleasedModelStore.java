package io.tiltmeter.gateway.model;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The tuned models of each tenant that went out; deleted ones are no longer seen. */
public final class ReleasedModelStore {
  private static final String SELECT =
      """
      select released_model.*, tenant.name as tenant
      from released_model join tenant on tenant.id = released_model.tenant_id
      where released_model.tenant_id = $1 and deleted_at is null
      """;

  private final Clock clock;

  public ReleasedModelStore(Clock clock) {
    this.clock = clock;
  }

  /** This tenant's model of this name. */
  public Optional<ReleasedModel> find(Sql sql, UUID tenantId, String name) {
    return sql.find(
        ReleasedModelStore::model, SELECT + " and released_model.name = $2", tenantId, name);
  }

  /** Every model of this tenant, newest first. */
  public List<ReleasedModel> list(Sql sql, UUID tenantId) {
    return sql.list(
        ReleasedModelStore::model,
        SELECT + " order by released_model.created_at desc, released_model.name",
        tenantId);
  }

  /** Takes a model back; whether there was one. Its name is never given again. */
  public boolean delete(Sql sql, UUID tenantId, String name) {
    return sql.change(
        """
        update released_model set deleted_at = $3
        where tenant_id = $1 and name = $2 and deleted_at is null
        """,
        tenantId,
        name,
        clock.instant());
  }

  private static ReleasedModel model(Row row) {
    return new ReleasedModel(
        row.getString("name"),
        row.getString("tenant"),
        Digest.parse(row.getString("artifact_digest")),
        row.getString("attestation"),
        row.getOffsetDateTime("created_at").toInstant());
  }
}
