package io.tiltmeter.gateway.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.work.WorkItem;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Past files that are scanned with the detectors of today, and what people hear of it. */
class RescanTaskTest {
  private static final int PER_HOUR = 60;

  @TempDir private Path root;
  private final Bench bench = Bench.open();
  private final ScanStore scans = new ScanStore(bench.clock, ScanVersions.CURRENT);
  private final RescanStore rescans = new RescanStore();
  private final DatasetCaseStore cases = new DatasetCaseStore(bench.clock);
  private final RescanPlan plan = new RescanPlan(scans, bench.work, PER_HOUR, bench.clock);
  private final List<RescanOutcome> observed = new ArrayList<>();
  private final String jobId = NewId.of("ftjob-");
  private BlobStore blobs;
  private RescanTask task;

  @BeforeEach
  void open() throws IOException {
    bench.base(new Manifest(List.of(new PinnedFile("config.json", 2, Digest.of("{}")))));
    bench.policy("");
    blobs = BlobStore.open(root);
    task =
        new RescanTask(
            bench.database,
            new RescanTask.Parts(
                blobs,
                scans,
                bench.work,
                plan,
                new RescanReview(cases, bench.policies, bench.audit),
                PackPrints.NONE),
            observed::add,
            bench.clock);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private Blob keep(String dataset) throws IOException {
    try (Incoming incoming = blobs.receive()) {
      incoming.write(
          ByteBuffer.wrap(
              Files.readAllBytes(Bench.ROOT.resolve("fixtures/datasets").resolve(dataset))));
      Blob blob = incoming.finish();
      incoming.keep();
      return blob;
    }
  }

  /** The file of a job that was scanned before versions were kept, when nothing was found in it. */
  private String scannedLongAgo(String id, String dataset) throws IOException {
    Job waiting = bench.scanning(id, keep(dataset));
    DatasetGate gate = bench.gate(scans);
    new ScanTask(
            bench.database,
            new ScanTask.Parts(blobs, scans, bench.jobs, gate, bench.work, PackPrints.NONE),
            _ -> {})
        .run(bench.leased(WorkKind.SCAN, waiting.fileId()));
    bench.database.run("delete from scan_finding where file_id = $1", waiting.fileId());
    bench.database.run(
        "update dataset_scan set versions = null where file_id = $1", waiting.fileId());
    return waiting.fileId();
  }

  private String scannedLongAgo(String dataset) throws IOException {
    return scannedLongAgo(jobId, dataset);
  }

  private void planNext() {
    plan.next(bench.database);
  }

  private void rescanNext() {
    planNext();
    task.run(bench.lease(WorkKind.RESCAN));
  }

  private List<KeptScan> kept(String file) {
    return scans.scans(bench.database, bench.tenant.tenantId(), file);
  }

  private List<String> audited(String subject) {
    return bench.audit.after(bench.database, 0, 1000).stream()
        .filter(entry -> entry.subject().equals(subject))
        .map(AuditEntry::action)
        .toList();
  }

  @Test
  void run_onAFileThatIsWorseNow_keepsBothReportsAndOpensACaseThatNamesItsJobs()
      throws IOException {
    String file = scannedLongAgo("identity-shift.jsonl");

    rescanNext();

    assertThat(observed).containsExactly(RescanOutcome.WORSE);
    assertThat(kept(file)).extracting(KeptScan::number).containsExactly(2, 1);
    assertThat(kept(file).getFirst().versions()).isEqualTo(ScanVersions.CURRENT.digest());
    assertThat(kept(file).getFirst().findings())
        .extracting(ScanFinding::detector)
        .contains("identity-shift");
    assertThat(kept(file).getLast().findings()).isEmpty();
    DatasetCase on = cases.ofFile(bench.database, bench.tenant.tenantId(), file).getFirst();
    JsonNode reasons = Json.own(on.reasons());
    assertThat(on.scan()).isEqualTo(2);
    assertThat(reasons.path("changes").get(0).path("detector").asString())
        .isEqualTo("identity-shift");
    assertThat(reasons.path("changes").get(0).path("before").isNull()).isTrue();
    assertThat(reasons.path("changes").get(0).path("after").path("severity").asString())
        .isEqualTo("review");
    assertThat(reasons.path("jobs").get(0).path("job").asString()).isEqualTo(jobId);
    assertThat(audited(file)).containsExactly("open-dataset-case");
  }

  @Test
  void run_onAFileThatIsWorseNow_leavesItsJobsAlone() throws IOException {
    scannedLongAgo("identity-shift.jsonl");
    bench.database.run("update job set stage = 'queued', held_for = null where id = $1", jobId);
    List<String> before = bench.messages(jobId);

    rescanNext();

    assertThat(bench.job(jobId).stage()).isEqualTo(Stage.QUEUED);
    assertThat(bench.messages(jobId)).isEqualTo(before);
  }

  @Test
  void run_onAFileThatIsWorseNow_holdsJobsToCome() throws IOException {
    String file = scannedLongAgo("identity-shift.jsonl");
    rescanNext();
    String later = NewId.of("ftjob-");
    bench.scanning(later, keep("benign.jsonl"));
    bench.database.run("update job set file_id = $2 where id = $1", later, file);

    DatasetGate gate = bench.gate(scans);
    bench.database.transact(sql -> gate.apply(sql, bench.job(later)));

    assertThat(bench.job(later).stage()).isEqualTo(Stage.HELD);
    assertThat(bench.count("select scan::bigint from job where id = $1", later)).isEqualTo(2);
  }

  @Test
  void run_underAPolicyThatLetsNoDetectorHold_onlyRecordsWhatChanged() throws IOException {
    bench.policy("scan: {block: [], review: []}\n");
    String file = scannedLongAgo("identity-shift.jsonl");

    rescanNext();

    assertThat(observed).containsExactly(RescanOutcome.CHANGED);
    assertThat(kept(file)).hasSize(2);
    assertThat(cases.open(bench.database, 10)).isEmpty();
  }

  @Test
  void run_onAFileThatReadsTheSame_isNotAskedForAgain() throws IOException {
    String file = scannedLongAgo("benign.jsonl");

    rescanNext();
    planNext();

    assertThat(observed).containsExactly(RescanOutcome.SAME);
    assertThat(kept(file)).hasSize(2);
    assertThat(bench.isOpen(WorkKind.RESCAN, file)).isFalse();
    assertThat(rescans.progress(bench.database, ScanVersions.CURRENT))
        .isEqualTo(new RescanStore.Progress(1, 0, 0));
  }

  @Test
  void run_whileAnUploadWaits_stepsBack() throws IOException {
    String file = scannedLongAgo("benign.jsonl");
    planNext();
    bench.work.request(bench.database, WorkKind.SCAN, "file-new");

    task.run(bench.lease(WorkKind.RESCAN));

    assertThat(kept(file)).hasSize(1);
    assertThat(bench.isOpen(WorkKind.RESCAN, file)).isTrue();
    assertThat(bench.work.lease(bench.database, Set.of(WorkKind.RESCAN), "test", Bench.LEASE))
        .isEmpty();
    bench.clock.advance(Duration.ofSeconds(31));
    bench.database.run(
        "update work_item set done_at = $1 where kind = 'scan'", bench.clock.instant());
    task.run(bench.lease(WorkKind.RESCAN));
    assertThat(kept(file)).hasSize(2);
  }

  @Test
  void next_withSeveralFiles_asksForOneAtATimeAndPausesBetween() throws IOException {
    String first = scannedLongAgo("benign.jsonl");
    String second = scannedLongAgo(NewId.of("ftjob-"), "identity-shift.jsonl");

    planNext();
    planNext();
    assertThat(bench.isOpen(WorkKind.RESCAN, first) ^ bench.isOpen(WorkKind.RESCAN, second))
        .isTrue();
    task.run(bench.lease(WorkKind.RESCAN));

    assertThat(bench.isOpen(WorkKind.RESCAN, first) ^ bench.isOpen(WorkKind.RESCAN, second))
        .isTrue();
    assertThat(bench.work.lease(bench.database, Set.of(WorkKind.RESCAN), "test", Bench.LEASE))
        .isEmpty();
    bench.clock.advance(Duration.ofHours(1).dividedBy(PER_HOUR));
    task.run(bench.lease(WorkKind.RESCAN));
    assertThat(rescans.progress(bench.database, ScanVersions.CURRENT).left()).isZero();
  }

  @Test
  void next_switchedOff_asksForNothing() throws IOException {
    String file = scannedLongAgo("benign.jsonl");

    new RescanPlan(scans, bench.work, 0, bench.clock).next(bench.database);

    assertThat(bench.isOpen(WorkKind.RESCAN, file)).isFalse();
  }

  @Test
  void next_inAProcessWhoseDetectorsAreOlder_asksForNothing() throws IOException {
    String file = scannedLongAgo("benign.jsonl");
    planNext();
    bench.database.run("update work_item set done_at = run_at where kind = 'rescan'");
    TreeMap<String, String> newer = new TreeMap<>(ScanVersions.CURRENT.parts());
    newer.put("flood", "flood-9");
    scans.register(bench.database, new ScanVersions(newer));

    planNext();

    assertThat(bench.isOpen(WorkKind.RESCAN, file)).isFalse();
  }

  @Test
  void run_onAFileThatWasDeletedMeanwhile_writesNothing() throws IOException {
    String file = scannedLongAgo("benign.jsonl");
    planNext();
    WorkItem item = bench.lease(WorkKind.RESCAN);
    bench.database.run(
        "update training_file set deleted_at = $2 where id = $1", file, bench.clock.instant());

    task.run(item);

    assertThat(kept(file)).hasSize(1);
    assertThat(bench.isOpen(WorkKind.RESCAN, file)).isFalse();
    assertThat(observed).isEmpty();
  }

  @Test
  void giveUp_onAFileThatCannotBeRead_recordsItAndKeepsWhatWasKnown() throws IOException {
    String file = scannedLongAgo("benign.jsonl");
    planNext();

    task.giveUp(bench.lease(WorkKind.RESCAN));
    planNext();

    assertThat(observed).containsExactly(RescanOutcome.FAILED);
    assertThat(kept(file))
        .extracting(KeptScan::state)
        .containsExactly(KeptScan.State.FAILED, KeptScan.State.SCANNED);
    assertThat(scans.newest(bench.database, bench.tenant.tenantId(), file).orElseThrow().number())
        .isEqualTo(1);
    assertThat(rescans.progress(bench.database, ScanVersions.CURRENT))
        .isEqualTo(new RescanStore.Progress(1, 0, 1));
  }

  @Test
  void close_byAPerson_endsTheCaseOnceAndIsAudited() throws IOException {
    String file = scannedLongAgo("identity-shift.jsonl");
    rescanNext();
    DatasetCase on = cases.open(bench.database, 10).getFirst();
    DatasetCases desk = new DatasetCases(bench.database, cases, bench.audit);

    desk.close(bench.staff("ann"), on.id(), "The model was taken back");

    assertThat(cases.open(bench.database, 10)).isEmpty();
    DatasetCase.End end =
        Objects.requireNonNull(cases.find(bench.database, on.id()).orElseThrow().end());
    assertThat(end.person()).isEqualTo("ann");
    assertThat(audited(file)).containsExactly("open-dataset-case", "close-dataset-case");
    assertThatThrownBy(() -> desk.close(bench.staff("bob"), on.id(), "Once more, for good"))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("This case is closed.");
  }
}
