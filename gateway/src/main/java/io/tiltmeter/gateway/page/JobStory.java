package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.job.CheckpointOffer;
import io.tiltmeter.dashboards.job.DatasetDesk;
import io.tiltmeter.dashboards.job.JobEvent;
import io.tiltmeter.dashboards.job.JobPage;
import io.tiltmeter.dashboards.job.ReleasedModel;
import io.tiltmeter.dashboards.job.ScanReport;
import io.tiltmeter.dashboards.look.Words;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.review.ReviewCase;
import io.tiltmeter.gateway.scan.KeptScan;
import io.tiltmeter.gateway.verdict.VerdictView;
import io.tiltmeter.policy.dataset.ScanRules;
import io.tiltmeter.policy.gate.Policy;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gathers all that the page of one job shows. */
final class JobStory {
  private static final int EVENTS = 500;

  private final Database database;
  private final PageSite.Stores stores;
  private final DatasetDesks desks;
  private final Clock clock;

  JobStory(PageSite.Parts parts) {
    database = parts.database();
    stores = parts.stores();
    desks = new DatasetDesks(parts);
    clock = parts.clock();
  }

  /** The page, with what whoever looks has typed or asked for. */
  JobPage page(JobRow job, Caller viewer, JobInputs inputs) {
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
            .map(on -> ReviewViews.reasons(on, policy, viewer, inputs.appeal()))
            .orElseGet(() -> ReviewViews.reasons(job, policy, viewer, inputs.appeal())),
        offer(job, viewer),
        scan(job, policy, viewer, inputs.excerpt()),
        released(job, verdict),
        review.map(on -> ReviewViews.review(on, viewer, inputs.decision())).orElse(null));
  }

  private static boolean maySeeFigures(Caller viewer, Policy policy) {
    return !(viewer instanceof Caller.Tenant) || policy.disclosure() != Policy.Disclosure.VERDICT;
  }

  private @Nullable CheckpointOffer offer(JobRow job, Caller viewer) {
    return stores
        .checkpoints()
        .offer(database, job.tenantId(), job.id())
        .map(
            offer ->
                new CheckpointOffer(
                    offer.checkpoint(), offer.step(), CustomerForms.isCustomer(viewer)))
        .orElse(null);
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

  private @Nullable ScanReport scan(
      JobRow job, Policy policy, Caller viewer, DatasetDesk.@Nullable Excerpt excerpt) {
    if (!job.upload().isScanned()) {
      return null;
    }
    List<KeptScan> scans = stores.scans().scans(database, job.tenantId(), job.upload().id());
    Optional<KeptScan> decided =
        scans.stream().filter(scan -> scan.number() == job.upload().scan()).findFirst();
    if (decided.isEmpty()) {
      return null;
    }
    ScanRules rules = new ScanRules(policy.scan());
    List<ScanReport.Finding> findings = DatasetDesks.findings(decided.get(), rules);
    return new ScanReport(
        job.upload().name(),
        job.upload().examples(),
        findings.isEmpty() ? ScanReport.Severity.CLEAR : findings.getFirst().severity(),
        findings,
        viewer instanceof Caller.Staff
            ? new DatasetDesk(
                desks.origin(job.upload().id()),
                DatasetDesks.scans(scans, job.upload().scan(), rules),
                excerpt)
            : null);
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
