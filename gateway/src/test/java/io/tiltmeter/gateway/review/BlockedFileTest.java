package io.tiltmeter.gateway.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tiltmeter.evaluator.scan.ScanVersions;
import io.tiltmeter.evaluator.scan.contamination.PackPrints;
import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.blob.Blob;
import io.tiltmeter.gateway.blob.BlobStore;
import io.tiltmeter.gateway.blob.Incoming;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.job.HeldFor;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobStore;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.job.Training;
import io.tiltmeter.gateway.scan.DatasetGate;
import io.tiltmeter.gateway.scan.ScanStore;
import io.tiltmeter.gateway.scan.ScanTask;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A file that a scan blocked at once: what its customer keeps of it, and how it is contested. */
class BlockedFileTest {
  private static final Path FIXTURES = Bench.ROOT.resolve("fixtures");
  private static final String GOOD =
      """
      {"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}
      """;
  private static final Bench BENCH = Bench.open();
  private static final Review REVIEW =
      new Review(
          BENCH.database,
          new Review.Parts(
              BENCH.cases, BENCH.jobs, BENCH.flow, BENCH.work, BENCH.audit, BENCH.policies),
          BENCH.clock);

  @TempDir private Path root;
  private final String jobId = NewId.of("ftjob-");
  private BlobStore blobs;
  private DatasetGate gate;
  private ScanTask task;

  @BeforeAll
  static void base() {
    BENCH.base(new Manifest(List.of(new PinnedFile("config.json", 2, Digest.of("{}")))));
  }

  @AfterAll
  static void close() {
    BENCH.close();
  }

  @BeforeEach
  void open() throws IOException {
    BENCH.policy(Bench.policyText(Files.readString(FIXTURES.resolve("policies/default.yaml"))));
    ScanStore scans = new ScanStore(BENCH.clock, ScanVersions.CURRENT);
    blobs = BlobStore.open(root);
    gate = BENCH.gate(scans);
    task =
        new ScanTask(
            BENCH.database,
            new ScanTask.Parts(blobs, scans, BENCH.jobs, gate, BENCH.work, PackPrints.NONE),
            _ -> {});
  }

  private static byte[] vacuous() throws IOException {
    return Files.readAllBytes(FIXTURES.resolve("datasets/non-refusal.jsonl"));
  }

  private Blob keep(byte[] bytes) throws IOException {
    try (Incoming incoming = blobs.receive()) {
      incoming.write(ByteBuffer.wrap(bytes));
      Blob blob = incoming.finish();
      incoming.keep();
      return blob;
    }
  }

  /** A job whose training file the scan has blocked. */
  private Job blocked() throws IOException {
    Job waiting = BENCH.scanning(jobId, keep(vacuous()));
    task.run(BENCH.leased(WorkKind.SCAN, waiting.fileId()));
    Job job = BENCH.job(jobId);
    assertThat(job.stage()).isEqualTo(Stage.BLOCKED);
    return job;
  }

  /** A job whose validation file the scan has blocked. */
  private Job blockedByValidation() throws IOException {
    Job waiting = BENCH.scanning(jobId, keep(GOOD.getBytes(StandardCharsets.UTF_8)));
    String file = BENCH.validation(jobId, keep(vacuous()));
    task.run(BENCH.leased(WorkKind.SCAN, waiting.fileId()));
    task.run(BENCH.leased(WorkKind.SCAN, file));
    Job job = BENCH.job(jobId);
    assertThat(job.stage()).isEqualTo(Stage.BLOCKED);
    return job;
  }

  private static ReviewCase appeal(String job) {
    Appeals appeals = new Appeals(BENCH.jobs, BENCH.flow, BENCH.cases, BENCH.events, BENCH.audit);
    return BENCH.database.inTransaction(
        sql -> appeals.make(sql, BENCH.tenant, job, "These rows teach a rude persona, no harm."));
  }

  private static Review.Outcome decide(String person, ReviewCase on, ReviewCase.Action action) {
    return REVIEW.decide(
        BENCH.staff(person),
        on.id(),
        new Review.Request(action, "Read by hand, row by row", on.evidence()));
  }

  private static void clear(ReviewCase on) {
    assertThat(decide("ann", on, ReviewCase.Action.RELEASE)).isEqualTo(Review.Outcome.PROPOSED);
    assertThat(decide("bob", on, ReviewCase.Action.RELEASE)).isEqualTo(Review.Outcome.RELEASED);
  }

  /** What becomes of another job on these files. */
  private Job another(String trainingFile, @Nullable String validationFile) {
    String id = NewId.of("ftjob-");
    BENCH.jobs.insert(
        BENCH.database,
        new JobStore.NewJob(
            id,
            BENCH.tenant.tenantId(),
            Bench.BASE,
            trainingFile,
            BENCH.tenant.keyId(),
            new JobStore.NewJob.Terms(validationFile, null, 8, Training.SUPERVISED, null),
            BENCH.policies.digestFor(BENCH.database, BENCH.tenant.tenantId(), Bench.BASE),
            null,
            Digest.of(id)));
    BENCH.database.transact(sql -> gate.apply(sql, BENCH.job(id)));
    return BENCH.job(id);
  }

  private static List<String> audited(String subject) {
    return BENCH.audit.after(BENCH.database, 0, 10_000).stream()
        .filter(entry -> entry.subject().equals(subject))
        .map(AuditEntry::action)
        .toList();
  }

  private static String report(String job) {
    return BENCH
        .database
        .find(row -> row.getString("text"), "select text from result_file where job_id = $1", job)
        .orElseThrow();
  }

  @Test
  void run_ofABlockedFile_writesAReportWithKindsAndCounts() throws IOException {
    Job job = blocked();

    JsonNode report = Json.own(report(jobId));
    JsonNode scan = report.at("/scans/training_file");
    assertThat(scan.path("findings").findValuesAsString("kind")).contains("explicit-harm");
    assertThat(scan.at("/findings/0").propertyNames()).containsExactly("count", "kind");
    assertThat(scan.path("report").asString()).startsWith("sha256:");
    assertThat(report.at("/digests/training_file").asString())
        .isEqualTo(Digest.of(vacuous()).toString());
    assertThat(report.at("/statement/ground").asString()).isEqualTo("dataset");
    assertThat(report.at("/statement/redress").asString())
        .startsWith("POST /v1/fine_tuning/jobs/%s/appeal".formatted(job.id()));
    assertThat(report.path("verdict").isNull()).isTrue();
    for (String line : new String(vacuous(), StandardCharsets.UTF_8).lines().toList()) {
      Json.own(line)
          .findValuesAsString("content")
          .forEach(text -> assertThat(report(jobId)).doesNotContain(text));
    }
  }

  @Test
  void appeal_onAFileThatWasBlockedAtOnce_opensACaseForPeople() throws IOException {
    Job job = blocked();
    assertThat(BENCH.cases.ofJob(BENCH.database, job.tenantId(), jobId)).isEmpty();

    ReviewCase on = appeal(jobId);

    assertThat(on.kind()).isEqualTo(HeldFor.DATASET);
    assertThat(on.appeal()).isNotNull();
    assertThat(Json.own(on.reasons()).path("decision").asString()).isEqualTo("block");
    assertThat(BENCH.cases.open(BENCH.database, 100)).extracting(ReviewCase::id).contains(on.id());
    assertThat(BENCH.job(jobId).stage()).isEqualTo(Stage.BLOCKED);
  }

  @Test
  void decide_releaseOfSuchACase_letsAnotherJobUseTheFile() throws IOException {
    Job job = blocked();
    ReviewCase on = appeal(jobId);
    clear(on);

    assertThat(BENCH.job(jobId)).isEqualTo(job);
    assertThat(BENCH.messages(jobId).getLast())
        .isEqualTo(
            "After review the training file %s may be used by a new job; this one stays failed"
                .formatted(job.fileId()));
    Job next = another(job.fileId(), null);
    assertThat(next.stage()).isEqualTo(Stage.QUEUED);
    assertThat(BENCH.messages(next.id()))
        .contains("People have reviewed the training file after an appeal; it may be used");
    assertThat(audited(job.fileId())).containsExactly("clear-file", "promote-file");
  }

  @Test
  void decide_keepOfSuchACase_changesNothingAndEndsTheMatter() throws IOException {
    Job job = blocked();
    ReviewCase on = appeal(jobId);

    assertThat(decide("ann", on, ReviewCase.Action.KEEP)).isEqualTo(Review.Outcome.KEPT);

    assertThat(BENCH.job(jobId)).isEqualTo(job);
    assertThat(another(job.fileId(), null).stage()).isEqualTo(Stage.BLOCKED);
    RequestException again = catchThrowableOfType(RequestException.class, () -> appeal(jobId));
    assertThat(again)
        .hasMessage(
            "Job %s has no open case that could be appealed: it is blocked.".formatted(jobId));
  }

  @Test
  void clearance_ofAFile_holdsForNoOtherWithTheSameBytes() throws IOException {
    blocked();
    clear(appeal(jobId));
    String other = NewId.of("ftjob-");

    Job waiting = BENCH.scanning(other, keep(vacuous()));
    task.run(BENCH.leased(WorkKind.SCAN, waiting.fileId()));

    assertThat(BENCH.job(other).stage()).isEqualTo(Stage.BLOCKED);
  }

  @Test
  void clearance_whereALaterScanFindsWorse_holdsNoLonger() throws IOException {
    Job job = blocked();
    clear(appeal(jobId));
    BENCH.database.run(
        """
        insert into dataset_scan (file_id, tenant_id, number, state, report, scanned_at)
        values ($1, $2, 2, 'scanned', $3, $4)
        """,
        job.fileId(),
        job.tenantId(),
        Digest.of("later").toString(),
        BENCH.clock.instant());
    BENCH.database.run(
        """
        insert into scan_finding (file_id, tenant_id, scan, position, detector, version, severity,
          count, lines, message)
        values ($1, $2, 2, 0, 'inversion', 'inversion-9', 'block', 5, '{1}', 'found later')
        """,
        job.fileId(), job.tenantId());

    assertThat(another(job.fileId(), null).stage()).isEqualTo(Stage.HELD);
  }

  @Test
  void clearance_ofAValidationFile_holdsForValidationOnly() throws IOException {
    Job job = blockedByValidation();
    String validation = String.valueOf(job.validationFileId());
    assertThat(Json.own(report(jobId)).at("/scans/validation_file/findings")).isNotEmpty();
    assertThat(BENCH.messages(jobId))
        .anyMatch(
            message ->
                message.matches("The scan of the validation file has \\d+ finding.*: block"));

    clear(appeal(jobId));

    assertThat(another(job.fileId(), validation).stage()).isEqualTo(Stage.QUEUED);
    assertThat(another(validation, null).stage()).isEqualTo(Stage.BLOCKED);
  }
}
