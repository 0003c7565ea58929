package io.tiltmeter.gateway.scan;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.policy.dataset.ScanFinding;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Where it is kept what jobs' graders reward. */
public final class GraderTrialStore {
  private final Clock clock;

  public GraderTrialStore(Clock clock) {
    this.clock = clock;
  }

  /** What was found when this job's grader was tried; empty before that. */
  public Optional<List<ScanFinding>> find(Sql sql, UUID tenantId, String jobId) {
    return sql.find(
        row -> List.of(Json.MAPPER.readValue(row.getString("findings"), ScanFinding[].class)),
        """
        select findings::text as findings from grader_trial where tenant_id = $1 and job_id = $2
        """,
        tenantId,
        jobId);
  }

  /** Keeps what was found; of two trials the first stays. */
  void keep(Sql transaction, UUID tenantId, String jobId, List<ScanFinding> findings) {
    transaction.run(
        """
        insert into grader_trial (job_id, tenant_id, findings, tried_at)
        values ($1, $2, $3::text::jsonb, $4) on conflict do nothing
        """,
        jobId,
        tenantId,
        Json.text(findings),
        clock.instant());
  }
}
