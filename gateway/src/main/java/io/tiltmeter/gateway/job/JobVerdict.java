package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.db.Sql;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the gate has said about a job.
 *
 * @param verdict pass, block or inconclusive
 * @param rule of the policy that decided it, if one did
 */
record JobVerdict(String verdict, @Nullable String rule) {

  /** The latest verdicts on these jobs of one tenant, by the id of each job that has one. */
  static Map<String, JobVerdict> find(Sql sql, UUID tenantId, List<String> jobIds) {
    return sql
        .list(
            row ->
                Map.entry(
                    row.getString("job_id"),
                    new JobVerdict(row.getString("verdict"), row.getString("rule"))),
            """
            select distinct on (job_id) job_id, verdict, rule from evaluation
            where tenant_id = $1 and job_id = any($2) and verdict is not null
            order by job_id, finished_at desc
            """,
            tenantId,
            jobIds.toArray(String[]::new))
        .stream()
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
