package io.tiltmeter.gateway.lineage;

import io.tiltmeter.gateway.db.Sql;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where it is kept what each released model was charged. */
final class LedgerStore {
  /** The category of a charge over all harmful behaviours. */
  static final String OVERALL = "";

  /**
   * One line of the ledger.
   *
   * @param model public name; null while it is being released
   * @param root name of the base
   * @param parent public name of the model that was tuned further, if one was
   * @param releasedBy {@code gate} or {@code override}; null while it is being released
   * @param deleted whether the tenant has deleted the model; its charge stays
   * @param overRefusal beside the overall charge; null elsewhere, and where it was not kept yet
   */
  record Entry(
      String job,
      @Nullable String model,
      String root,
      @Nullable String parent,
      @Nullable String releasedBy,
      boolean deleted,
      String category,
      double charge,
      @Nullable Double overRefusal,
      Instant chargedAt) {}

  /** Makes the tenant's charges take turns until the transaction ends. */
  void lock(Sql transaction, UUID tenantId) {
    transaction.run("select pg_advisory_xact_lock(hashtextextended($1, 3))", tenantId.toString());
  }

  /** Charges a job's model, once. */
  void insert(Sql transaction, String jobId, UUID tenantId, Charge charge, Instant now) {
    transaction.run(
        """
        insert into lineage_charge (job_id, tenant_id, category, charge, over_refusal, charged_at)
        values ($1, $2, $3, $4, $5, $6) on conflict do nothing
        """,
        jobId,
        tenantId,
        OVERALL,
        charge.overall(),
        charge.overRefusal(),
        now);
    charge
        .categories()
        .forEach(
            (category, part) ->
                transaction.run(
                    """
                    insert into lineage_charge (job_id, tenant_id, category, charge, charged_at)
                    values ($1, $2, $3, $4, $5) on conflict do nothing
                    """,
                    jobId,
                    tenantId,
                    category,
                    part,
                    now));
  }

  /** What is left of all charges: each halves with every half-life. */
  double spent(Sql sql, UUID tenantId, Duration halfLife, Instant now) {
    return sql.find(
            row -> row.getDouble("spent"),
            """
            select coalesce(sum(charge * power(0.5,
              extract(epoch from ($2 - charged_at))::float8 / $3)), 0)::float8 as spent
            from lineage_charge join job on job.id = lineage_charge.job_id
            where lineage_charge.tenant_id = $1 and job.tenant_id = $1 and category = ''
              and (job.stage = 'releasing' or exists
                (select 1 from released_model where job_id = job.id and tenant_id = $1))
            """,
            tenantId,
            now,
            (double) halfLife.toSeconds())
        .orElse(0.0);
  }

  /** Every charge that counts, newest first, the overall one of each job before its categories. */
  List<Entry> entries(Sql sql, UUID tenantId) {
    return sql.list(
        LedgerStore::entry,
        """
        select lineage_charge.*, name, base_model, parent_model, released_by, deleted_at
        from lineage_charge join job on job.id = lineage_charge.job_id
          left join released_model on released_model.job_id = job.id
            and released_model.tenant_id = $1
        where lineage_charge.tenant_id = $1 and job.tenant_id = $1
          and (job.stage = 'releasing' or name is not null)
        order by charged_at desc, lineage_charge.job_id, category
        """,
        tenantId);
  }

  /** The tenant of this name. */
  Optional<UUID> tenant(Sql sql, String name) {
    return sql.find(row -> row.getUUID("id"), "select id from tenant where name = $1", name);
  }

  private static Entry entry(Row row) {
    OffsetDateTime deleted = row.getOffsetDateTime("deleted_at");
    return new Entry(
        row.getString("job_id"),
        row.getString("name"),
        row.getString("base_model"),
        row.getString("parent_model"),
        row.getString("released_by"),
        deleted != null,
        row.getString("category"),
        row.getDouble("charge"),
        row.getDouble("over_refusal"),
        row.getOffsetDateTime("charged_at").toInstant());
  }
}
