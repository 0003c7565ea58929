package io.tiltmeter.gateway.model;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.policy.attestation.ReleasedBy;
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

  private static final String BY_GATE = ReleasedBy.GATE.wireName();

  private final Clock clock;

  public ReleasedModelStore(Clock clock) {
    this.clock = clock;
  }

  /** This tenant's model of this name. */
  public Optional<ReleasedModel> find(Sql sql, UUID tenantId, String name) {
    return sql.find(
        ReleasedModelStore::model, SELECT + " and released_model.name = $2", tenantId, name);
  }

  /**
   * This tenant's model of this name, with where it came from; it is not deleted until the
   * transaction ends.
   */
  public Optional<Parent> findParent(Sql transaction, UUID tenantId, String name) {
    return transaction.find(
        ReleasedModelStore::parent,
        """
        select released_model.name, job.base_model, made_of.digest as made_of,
          released_model.artifact_digest, released_by, whole_digest
        from released_model
          join job on job.id = released_model.job_id and job.tenant_id = $1
          join base_model on base_model.name = job.base_model
          join artifact as made_of
            on made_of.digest = coalesce(job.start_digest, base_model.artifact_digest)
          left join whole_weights on whole_weights.base_digest = made_of.digest
            and whole_weights.artifact_digest = released_model.artifact_digest
        where released_model.tenant_id = $1 and released_model.name = $2 and deleted_at is null
        for share of released_model
        """,
        tenantId,
        name);
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

  private static Parent parent(Row row) {
    String weights = row.getString("whole_digest");
    return new Parent(
        row.getString("name"),
        row.getString("base_model"),
        Digest.parse(row.getString("made_of")),
        Digest.parse(row.getString("artifact_digest")),
        weights == null ? null : Digest.parse(weights),
        row.getString("released_by").equals(BY_GATE));
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
