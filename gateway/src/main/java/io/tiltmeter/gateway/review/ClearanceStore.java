package io.tiltmeter.gateway.review;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.job.FileRole;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.policy.lineage.Digest;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Files that people let be used although a scan had blocked a job for them at once. */
public final class ClearanceStore {

  /**
   * What people looked at when they did.
   *
   * @param scan number of the scan of the file
   * @param policy of the job that was blocked
   * @param grader of that job; null where it had none
   */
  public record Clearance(
      String caseId, String jobId, int scan, Digest policy, @Nullable JsonNode grader) {}

  /**
   * Lets the file of a blocked job be used by others.
   *
   * @return false if the scan that the case rests on is not known
   */
  boolean add(Sql transaction, ReviewCase on, Job job, FileRole role, Clock clock) {
    return transaction.change(
        """
        insert into file_clearance (case_id, file_id, tenant_id, job_id, role, scan, created_at)
        select $1, file_id, tenant_id, $2, $3, number, $4 from dataset_scan
        where tenant_id = $5 and file_id = $6 and report = $7 order by number desc limit 1
        """,
        on.id(),
        job.id(),
        role.wireName(),
        clock.instant(),
        job.tenantId(),
        role.fileOf(job),
        Json.own(on.reasons()).path("report").asString(""));
  }

  /** The newest clearance of a file for this role; one for training is one for every role. */
  public Optional<Clearance> newest(Sql sql, UUID tenantId, String fileId, FileRole role) {
    return sql.find(
        row ->
            new Clearance(
                row.getString("case_id"),
                row.getString("job_id"),
                row.getInteger("scan"),
                Digest.parse(row.getString("policy_digest")),
                row.getString("grader") == null ? null : Json.own(row.getString("grader"))),
        """
        select case_id, job_id, file_clearance.scan, policy_digest, grader::text as grader
        from file_clearance join job on job.id = job_id
        where file_clearance.tenant_id = $1 and file_clearance.file_id = $2
          and role in ($3, 'training')
        order by file_clearance.created_at desc, case_id limit 1
        """,
        tenantId,
        fileId,
        role.wireName());
  }
}
