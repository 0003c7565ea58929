package io.tiltmeter.gateway.scan;

import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.job.FileRole;
import io.tiltmeter.gateway.job.HeldFor;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobEvent;
import io.tiltmeter.gateway.job.JobEvent.Draft;
import io.tiltmeter.gateway.job.JobFlow;
import io.tiltmeter.gateway.job.ScanOutcomes;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.review.CaseStore;
import io.tiltmeter.gateway.review.ClearanceStore.Clearance;
import io.tiltmeter.gateway.tenant.TenantPolicies;
import io.tiltmeter.policy.dataset.LikeLines;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.ScanOutcome;
import io.tiltmeter.policy.dataset.ScanRules;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Source;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the scan of a training file means for a job: its policy says what each detector may force.
 */
public final class DatasetGate implements ScanOutcomes {
  private static final String GATEWAY = "gateway";
  private static final String FOUND =
      "The job is held until a person has reviewed its training file";
  private static final String OF_SUCH_A_SOURCE =
      FOUND + ": files of source %s are always reviewed here";
  private static final String CLEARED =
      "People have reviewed the training file after an appeal; it may be used";
  private static final Set<Stage> WAITING = EnumSet.of(Stage.SCANNING);

  private final JobFlow flow;
  private final ScanStore scans;
  private final CaseStore cases;
  private final TenantPolicies policies;
  private final AuditStore audit;
  private final GraderTrialStore trials;
  private final ClearedFiles cleared;

  public DatasetGate(
      JobFlow flow,
      ScanStore scans,
      GraderTrialStore trials,
      CaseStore cases,
      TenantPolicies policies,
      AuditStore audit) {
    this.flow = flow;
    this.scans = scans;
    this.cases = cases;
    this.policies = policies;
    this.audit = audit;
    this.trials = trials;
    this.cleared = new ClearedFiles(scans, trials, policies);
  }

  @Override
  public void apply(Sql transaction, Job job) {
    scans
        .find(transaction, job.fileId())
        .ifPresent(
            upload -> {
              switch (upload.state()) {
                case "scanned" -> consider(transaction, job, upload);
                case "invalid" -> refuse(transaction, job, FileRole.TRAINING, upload.problem());
                default -> {}
              }
            });
  }

  private void consider(Sql transaction, Job job, ScanStore.Upload upload) {
    String method = upload.method();
    String wanted = job.training().method().wireName();
    if (method != null && !method.equals(wanted)) {
      refuse(transaction, job, FileRole.TRAINING, otherMethod(method, wanted));
    } else if (mayGoOn(transaction, job)) {
      weigh(transaction, job, upload.source());
    }
  }

  private static String otherMethod(String method, String wanted) {
    return "its rows are of method %s, and the job's method is %s".formatted(method, wanted);
  }

  /**
   * Ends the job where its validation file cannot be used, or people would have to review it:
   * nothing is lost without such a file.
   *
   * @return whether the job goes on now
   */
  private boolean mayGoOn(Sql transaction, Job job) {
    if (job.validationFileId() == null) {
      return true;
    }
    ScanStore.Upload upload = scans.find(transaction, job.validationFileId()).orElseThrow();
    String wanted = job.training().method().wireName();
    String method = upload.method();
    if (upload.state().equals("invalid")) {
      refuse(transaction, job, FileRole.VALIDATION, upload.problem());
      return false;
    }
    if (!upload.state().equals("scanned")) {
      return false;
    }
    if (method != null && !method.equals(wanted)) {
      refuse(transaction, job, FileRole.VALIDATION, otherMethod(method, wanted));
      return false;
    }
    return mayGoOn(transaction, job, upload);
  }

  private boolean mayGoOn(Sql transaction, Job job, ScanStore.Upload upload) {
    Policy.Scan policy = policies.byDigest(transaction, job.policyDigest()).scan();
    KeptScan scan = scans.newest(transaction, job.tenantId(), upload.id()).orElseThrow();
    List<ScanFinding> findings = new ScanRules(policy).apply(scan.findings());
    List<String> detectors =
        findings.stream()
            .filter(
                finding -> ScanOutcome.of(finding.severity()).compareTo(ScanOutcome.REVIEW) >= 0)
            .map(ScanFinding::detector)
            .toList();
    if (detectors.isEmpty()
        || cleared.covering(transaction, job, FileRole.VALIDATION, findings).isPresent()) {
      return true;
    }
    ScanOutcome outcome = ScanOutcome.of(findings);
    ScanReasons reasons = ScanReasons.of(outcome, findings, null, scan);
    flow.say(
        transaction, job, draft(FileRole.VALIDATION, outcome, findings.size(), reasons.json()));
    flow.block(
        transaction,
        job,
        WAITING,
        new Job.Failure(
            Job.Failure.UNSAFE_FILE,
            "The validation file was blocked by %s; leave it out, or give another."
                .formatted(String.join(", ", detectors)),
            FileRole.VALIDATION.param()));
    return false;
  }

  private void refuse(Sql transaction, Job job, FileRole role, @Nullable String problem) {
    flow.fail(
        transaction,
        job,
        WAITING,
        new Job.Failure(
            "invalid_training_file",
            "The %s cannot be used: %s".formatted(role.words(), problem),
            role.param()));
  }

  private void weigh(Sql transaction, Job job, Source source) {
    Optional<List<ScanFinding>> ofGrader =
        job.training().grader() == null
            ? Optional.of(List.of())
            : trials.find(transaction, job.tenantId(), job.id());
    ofGrader.ifPresent(found -> weigh(transaction, job, source, found));
  }

  private void weigh(Sql transaction, Job job, Source source, List<ScanFinding> ofGrader) {
    KeptScan scan = scans.newest(transaction, job.tenantId(), job.fileId()).orElseThrow();
    scans.decidedOn(transaction, job, scan.number());
    Policy.Scan policy = policies.byDigest(transaction, job.policyDigest()).scan();
    ScanRules rules = new ScanRules(policy);
    boolean isReviewedAnyway = policy.reviewSources().contains(source);
    List<ScanFinding> findings =
        rules.apply(Stream.concat(scan.findings().stream(), ofGrader.stream()).toList());
    Optional<Clearance> clearance = cleared.covering(transaction, job, FileRole.TRAINING, findings);
    if (clearance.isPresent()) {
      promote(transaction, job, scan, findings, clearance.get());
      return;
    }
    ScanOutcome outcome = ScanOutcome.of(findings);
    ScanReasons reasons =
        ScanReasons.of(
            isReviewedAnyway ? outcome.orWorse(ScanOutcome.REVIEW) : outcome,
            findings,
            isReviewedAnyway ? source : null,
            scan);
    if (!findings.isEmpty()) {
      flow.say(
          transaction, job, draft(FileRole.TRAINING, outcome, findings.size(), reasons.json()));
    }
    switch (outcome) {
      case CLEAR, STEER -> {
        if (isReviewedAnyway) {
          hold(transaction, job, reasons.json(), OF_SUCH_A_SOURCE.formatted(source.wireName()));
        } else {
          promote(transaction, job, scan, Map.of("by", "scan", "outcome", outcome.wireName()));
        }
      }
      case REVIEW -> hold(transaction, job, reasons.json(), FOUND);
      case BLOCK -> block(transaction, job, findings);
    }
  }

  /**
   * People let a job's file be used before, after an appeal; what it holds is tried all the same.
   */
  private void promote(
      Sql transaction, Job job, KeptScan scan, List<ScanFinding> findings, Clearance by) {
    ScanReasons reasons = ScanReasons.of(ScanOutcome.STEER, findings, null, scan);
    flow.say(
        transaction,
        job,
        draft(FileRole.TRAINING, ScanOutcome.STEER, findings.size(), reasons.json()));
    flow.say(transaction, job, Draft.info(CLEARED));
    promote(transaction, job, scan, Map.of("by", "appeal", "case", by.caseId()));
  }

  /** A job's file leaves quarantine, and it is on record why. */
  private void promote(Sql transaction, Job job, KeptScan scan, Map<String, String> why) {
    if (flow.queue(transaction, job)) {
      Map<String, String> details = new HashMap<>(why);
      details.put("job", job.id());
      details.put("report", scan.report().toString());
      details.put("policy", job.policyDigest().toString());
      audit.append(
          transaction, new AuditEntry.Fact(GATEWAY, "promote-file", job.fileId(), details));
    }
  }

  private static Draft draft(FileRole role, ScanOutcome outcome, int findings, String data) {
    boolean grave = outcome.compareTo(ScanOutcome.REVIEW) >= 0;
    return new Draft(
        grave ? JobEvent.Level.WARN : JobEvent.Level.INFO,
        JobEvent.MODERATION_CHECKS,
        "The scan of the %s has %d finding(s); outcome: %s"
            .formatted(role.words(), findings, outcome.wireName()),
        data);
  }

  private void hold(Sql transaction, Job job, String reasons, String message) {
    Draft why = Draft.warn(message);
    if (flow.hold(transaction, job, Stage.SCANNING, HeldFor.DATASET, why)) {
      CaseStore.Reasons statement = new CaseStore.Reasons(reasons, Digest.of(reasons));
      cases.open(transaction, job, HeldFor.DATASET, statement, null);
    }
  }

  private void block(Sql transaction, Job job, List<ScanFinding> findings) {
    List<String> detectors =
        findings.stream()
            .filter(finding -> ScanOutcome.of(finding.severity()) == ScanOutcome.BLOCK)
            .map(ScanFinding::detector)
            .toList();
    flow.block(
        transaction,
        job,
        WAITING,
        new Job.Failure(
            Job.Failure.UNSAFE_FILE,
            "The training file was blocked by %s; the job's events name the lines."
                .formatted(String.join(", ", detectors)),
            FileRole.TRAINING.param()));
  }

  /**
   * What a customer is told about a scan; it holds no text of any row.
   *
   * @param source that is always reviewed; null where the file's is not
   * @param report digest of the report that was decided on
   */
  record ScanReasons(
      boolean blocked,
      String decision,
      List<Line> findings,
      @Nullable String source,
      String report) {

    /**
     * One detector's finding; line numbers count from 1.
     *
     * @param alike which of the lines say much the same, the largest group first
     */
    record Line(
        String detector,
        String severity,
        long count,
        List<Long> lines,
        List<LikeLines.Group> alike,
        String message) {}

    static ScanReasons of(
        ScanOutcome outcome, List<ScanFinding> findings, @Nullable Source source, KeptScan scan) {
      return new ScanReasons(
          outcome.compareTo(ScanOutcome.REVIEW) >= 0,
          outcome.wireName(),
          findings.stream()
              .map(
                  finding ->
                      new Line(
                          finding.detector(),
                          finding.severity().wireName(),
                          finding.count(),
                          finding.lines(),
                          scan.alike().groups(finding.detector()),
                          finding.message()))
              .toList(),
          source == null ? null : source.wireName(),
          scan.report().toString());
    }

    String json() {
      return Json.text(this);
    }
  }
}
