package io.tiltmeter.gateway.scan;

import io.tiltmeter.evaluator.scan.ScanReport;
import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.tenant.PolicyProposal.Target;
import io.tiltmeter.gateway.tenant.TenantPolicies;
import io.tiltmeter.policy.dataset.ScanDifference;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.ScanRules;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a later scan of a file means: it is weighed by the policies of the jobs that were trained on
 * the file, or by its tenant's where there are none, and is worse if it is by one of them.
 */
public final class RescanReview {
  private final RescanStore rescans = new RescanStore();
  private final DatasetCaseStore cases;
  private final TenantPolicies policies;
  private final AuditStore audit;

  public RescanReview(DatasetCaseStore cases, TenantPolicies policies, AuditStore audit) {
    this.cases = cases;
    this.policies = policies;
    this.audit = audit;
  }

  /** The later scan, which is kept already. */
  record Later(int number, ScanReport report) {}

  /** Opens a case where the later scan is worse, and says what came of it. */
  RescanOutcome consider(Sql transaction, ScanStore.Upload upload, KeptScan before, Later later) {
    List<ScanFinding> after = later.report().findings();
    List<RescanStore.Trained> trained =
        rescans.trained(transaction, upload.tenantId(), upload.id());
    List<ScanDifference> worse =
        rules(transaction, upload, trained)
            .map(
                rules -> ScanDifference.between(rules.apply(before.findings()), rules.apply(after)))
            .filter(ScanDifference::isWorse)
            .toList();
    if (worse.isEmpty()) {
      boolean isSame = ScanDifference.between(before.findings(), after).changes().isEmpty();
      return isSame ? RescanOutcome.SAME : RescanOutcome.CHANGED;
    }
    RescanReasons reasons = RescanReasons.of(before.number(), later.number(), worse, trained);
    cases.open(transaction, upload, later.number(), Json.text(reasons));
    record(transaction, upload, reasons);
    return RescanOutcome.WORSE;
  }

  private Stream<ScanRules> rules(
      Sql sql, ScanStore.Upload upload, List<RescanStore.Trained> trained) {
    return (trained.isEmpty()
            ? Stream.of(policies.inForce(sql, new Target.OfTenant(upload.tenantId(), "")))
            : trained.stream().map(RescanStore.Trained::policy))
        .distinct()
        .map(digest -> new ScanRules(policies.byDigest(sql, digest).scan()));
  }

  private void record(Sql transaction, ScanStore.Upload upload, RescanReasons reasons) {
    audit.append(
        transaction,
        new AuditEntry.Fact(
            "gateway",
            "open-dataset-case",
            upload.id(),
            Map.of(
                "before", Integer.toString(reasons.before()),
                "after", Integer.toString(reasons.after()),
                "jobs", Integer.toString(reasons.jobs().size()))));
  }
}
