package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.job.JobEvent;
import io.tiltmeter.dashboards.job.JobPage;
import io.tiltmeter.dashboards.job.ReleasedModel;
import io.tiltmeter.dashboards.job.Review;
import io.tiltmeter.dashboards.job.ScanReport;
import io.tiltmeter.dashboards.look.Words;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.review.ReviewCase;
import io.tiltmeter.gateway.verdict.VerdictView;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.ScanRules;
import io.tiltmeter.policy.gate.Policy;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gathers all that the page of one job shows. */
final class JobStory {
  private static final int EVENTS = 500;

  private final Database database;
  private final PageSite.Stores stores;
  private final Clock clock;

  JobStory(PageSite.Parts parts) {
    database = parts.database();
    stores = parts.stores();
    clock = parts.clock();
  }

  JobPage page(JobRow job, Caller viewer, Review.Draft draft) {
    Policy policy = stores.policies().byDigest(database, job.policyDigest());
    Optional<VerdictView> verdict =
        stores.evaluations().verdict(database, job.tenantId(), job.id());
    Optional<ReviewCase> review =
        stores.cases().ofJob(database, job.tenantId(), job.id()).filter(on -> !on.isSuperseded());
    return new JobPage(
        Summaries.of(job, clock.instant()),
        Stages.of(job, stores.evaluations().progress(database, job.tenantId(), job.id())),
        events(job),
        !job.stage().isFinal(),
        job.errorMessage(),
        verdict
            .filter(_ -> maySeeFigures(viewer, policy))
            .map(kept -> Verdicts.of(kept, policy))
            .orElse(null),
        review
            .map(on -> ReviewViews.reasons(on, policy))
            .orElseGet(() -> ReviewViews.reasons(job, policy)),
        scan(job, policy),
        released(job, verdict),
        review.map(on -> ReviewViews.review(on, viewer, draft)).orElse(null));
  }

  private static boolean maySeeFigures(Caller viewer, Policy policy) {
    return !(viewer instanceof Caller.Tenant) || policy.disclosure() != Policy.Disclosure.VERDICT;
  }

  private List<JobEvent> events(JobRow job) {
    return stores.events().newest(database, job.tenantId(), job.id(), null, EVENTS).stream()
        .map(
            event ->
                new JobEvent(
                    event.sequence(),
                    event.createdAt(),
                    JobEvent.Level.valueOf(event.level().name()),
                    event.message()))
        .toList();
  }

  private @Nullable ScanReport scan(JobRow job, Policy policy) {
    if (!job.upload().isScanned()) {
      return null;
    }
    List<ScanFinding> found =
        stores.scans().findings(database, job.tenantId(), job.upload().id(), job.upload().scan());
    List<ScanReport.Finding> findings =
        new ScanRules(policy.scan())
            .apply(found).stream()
                .map(JobStory::finding)
                .sorted(Comparator.comparing(ScanReport.Finding::severity).reversed())
                .toList();
    ScanReport.Severity outcome =
        findings.isEmpty() ? ScanReport.Severity.CLEAR : findings.getFirst().severity();
    return new ScanReport(job.upload().name(), job.upload().examples(), outcome, findings);
  }

  private static ScanReport.Finding finding(ScanFinding finding) {
    return new ScanReport.Finding(
        finding.detector(),
        ScanReport.Severity.valueOf(finding.severity().name()),
        finding.count(),
        finding.lines().stream().map(Math::toIntExact).toList(),
        finding.message());
  }

  private static @Nullable ReleasedModel released(JobRow job, Optional<VerdictView> verdict) {
    JobRow.Release release = job.release();
    if (release == null || release.isDeleted() || verdict.isEmpty()) {
      return null;
    }
    return new ReleasedModel(
        release.model(),
        release.at(),
        "/jobs/%s/attestation".formatted(Words.segment(job.id())),
        job.policyDigest().toString(),
        verdict.get().packDigest(),
        release.files());
  }
}
