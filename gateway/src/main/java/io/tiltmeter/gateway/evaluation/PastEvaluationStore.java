package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.policy.gate.JobTraits;
import io.vertx.sqlclient.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where evaluations that ended are found, those of every tenant: for whoever runs the service. */
final class PastEvaluationStore {

  /**
   * Evaluations that ended in a period, in the order in which they did.
   *
   * @param after the last one of the page before, null for the first page
   * @param limit at most so many
   */
  List<PastEvaluation> page(Sql sql, Period period, @Nullable PastEvaluation after, int limit) {
    return sql.list(
        PastEvaluationStore::past,
        """
        select evaluation.*, tenant.name as tenant, tenant.tier, job.base_model,
          coalesce((report->>'stopped_early')::boolean, false) as stopped_early,
          jsonb_array_length(coalesce(report->'replays', '[]')) as replays
        from evaluation
          join job on job.id = evaluation.job_id and job.tenant_id = evaluation.tenant_id
          join tenant on tenant.id = evaluation.tenant_id
        where evaluation.finished_at >= $1 and evaluation.finished_at < $2
          and checkpoint_id is null
          and ($3::timestamptz is null or (evaluation.finished_at, evaluation.id) > ($3, $4))
        order by evaluation.finished_at, evaluation.id limit $5
        """,
        period.since(),
        period.until(),
        after == null ? null : after.finishedAt(),
        after == null ? null : after.evaluation().id(),
        limit);
  }

  private static PastEvaluation past(Row row) {
    return new PastEvaluation(
        EvaluationStore.evaluation(row),
        new JobTraits(row.getString("tenant"), row.getString("tier"), row.getString("base_model")),
        row.getString("judge"),
        new PastEvaluation.Outcome(
            row.getString("verdict"),
            row.getString("rule"),
            row.getBoolean("stopped_early"),
            row.getInteger("replays")),
        row.getOffsetDateTime("finished_at").toInstant());
  }
}
