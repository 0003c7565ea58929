package io.tiltmeter.gateway.scan;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.job.FileRole;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.review.ClearanceStore;
import io.tiltmeter.gateway.review.ClearanceStore.Clearance;
import io.tiltmeter.gateway.tenant.TenantPolicies;
import io.tiltmeter.policy.dataset.ScanDifference;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.ScanRules;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Files that people let be used after an appeal. It holds for what they saw: where a later scan, a
 * later policy or another grader finds worse, the file is held back as if nobody had.
 */
final class ClearedFiles {
  private final ClearanceStore clearances = new ClearanceStore();
  private final ScanStore scans;
  private final GraderTrialStore trials;
  private final TenantPolicies policies;

  ClearedFiles(ScanStore scans, GraderTrialStore trials, TenantPolicies policies) {
    this.scans = scans;
    this.trials = trials;
    this.policies = policies;
  }

  /**
   * The clearance of a job's file that holds for these findings.
   *
   * @param findings as the job's policy lets them be
   */
  Optional<Clearance> covering(Sql sql, Job job, FileRole role, List<ScanFinding> findings) {
    return clearances
        .newest(sql, job.tenantId(), role.fileOf(job), role)
        .filter(
            clearance ->
                !ScanDifference.between(seen(sql, job, role, clearance), findings).isWorse());
  }

  /** What people saw, as the policy of that job let it be. */
  private List<ScanFinding> seen(Sql sql, Job job, FileRole role, Clearance clearance) {
    List<ScanFinding> ofFile =
        scans.scans(sql, job.tenantId(), role.fileOf(job)).stream()
            .filter(scan -> scan.number() == clearance.scan())
            .flatMap(scan -> scan.findings().stream())
            .toList();
    List<ScanFinding> ofGrader =
        Objects.equals(clearance.grader(), job.training().grader())
            ? trials.find(sql, job.tenantId(), clearance.jobId()).orElse(List.of())
            : List.of();
    return new ScanRules(policies.byDigest(sql, clearance.policy()).scan())
        .apply(Stream.concat(ofFile.stream(), ofGrader.stream()).toList());
  }
}
