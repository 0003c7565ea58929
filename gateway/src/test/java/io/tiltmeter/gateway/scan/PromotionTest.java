package io.tiltmeter.gateway.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.scan.ScanVersions;
import io.tiltmeter.evaluator.scan.contamination.PackPrints;
import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.blob.Blob;
import io.tiltmeter.gateway.blob.BlobStore;
import io.tiltmeter.gateway.blob.Incoming;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.job.HeldFor;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.review.Review;
import io.tiltmeter.gateway.review.ReviewCase;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lets a training file out of quarantine, and what is on record of it. */
class PromotionTest {
  private static final Bench BENCH = Bench.open();

  @TempDir private Path root;
  private final String jobId = NewId.of("ftjob-");
  private BlobStore blobs;
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
    BENCH.policy("");
    ScanStore scans = new ScanStore(BENCH.clock, ScanVersions.CURRENT);
    blobs = BlobStore.open(root);
    DatasetGate gate = BENCH.gate(scans);
    task =
        new ScanTask(
            BENCH.database,
            new ScanTask.Parts(blobs, scans, BENCH.jobs, gate, BENCH.work, PackPrints.NONE),
            _ -> {});
  }

  private static byte[] dataset(String name) throws IOException {
    return Files.readAllBytes(Bench.ROOT.resolve("fixtures/datasets").resolve(name));
  }

  private Blob keep(byte[] bytes) throws IOException {
    try (Incoming incoming = blobs.receive()) {
      incoming.write(ByteBuffer.wrap(bytes));
      Blob blob = incoming.finish();
      incoming.keep();
      return blob;
    }
  }

  /** The job that waited for the scan of these bytes, after it. */
  private Job scanned(byte[] bytes) throws IOException {
    Job waiting = BENCH.scanning(jobId, keep(bytes));
    task.run(BENCH.leased(WorkKind.SCAN, waiting.fileId()));
    return BENCH.job(jobId);
  }

  private Optional<ReviewCase> reviewCase() {
    return BENCH.cases.ofJob(BENCH.database, BENCH.tenant.tenantId(), jobId);
  }

  private List<AuditEntry> promotions(Job job) {
    return BENCH.audit.after(BENCH.database, 0, 10_000).stream()
        .filter(entry -> entry.subject().equals(job.fileId()))
        .filter(entry -> entry.action().equals("promote-file"))
        .toList();
  }

  @Test
  void run_onHarmlessRows_auditsThatTheScanPromotedTheFile() throws IOException {
    Job job = scanned(dataset("benign.jsonl"));

    KeptScan scan =
        new ScanStore(BENCH.clock, ScanVersions.CURRENT)
            .newest(BENCH.database, BENCH.tenant.tenantId(), job.fileId())
            .orElseThrow();
    assertThat(promotions(job)).hasSize(1);
    assertThat(promotions(job).getFirst().actor()).isEqualTo("gateway");
    assertThat(promotions(job).getFirst().details())
        .containsEntry("by", "scan")
        .containsEntry("job", jobId)
        .containsEntry("report", scan.report().toString());
  }

  @Test
  void run_onHarmlessRowsOfASourceThatIsAlwaysReviewed_holdsTheJobForThatReason()
      throws IOException {
    BENCH.policy("scan: {review_sources: [user_influenced]}\n");
    Job waiting = BENCH.scanning(jobId, keep(dataset("benign.jsonl")));
    BENCH.database.run(
        "update training_file set source = 'user_influenced' where id = $1", waiting.fileId());

    task.run(BENCH.leased(WorkKind.SCAN, waiting.fileId()));

    assertThat(BENCH.job(jobId).heldFor()).isEqualTo(HeldFor.DATASET);
    ReviewCase on = reviewCase().orElseThrow();
    assertThat(Json.own(on.reasons()).path("source").asString()).isEqualTo("user_influenced");
    assertThat(Json.own(on.reasons()).path("decision").asString()).isEqualTo("review");
    assertThat(BENCH.messages(jobId))
        .contains(
            "The job is held until a person has reviewed its training file: files of source"
                + " user_influenced are always reviewed here");
    assertThat(promotions(waiting)).isEmpty();
  }

  @Test
  void run_onHarmlessRowsOfAnotherSource_queuesTheJob() throws IOException {
    BENCH.policy("scan: {review_sources: [user_influenced, web]}\n");

    assertThat(scanned(dataset("benign.jsonl")).stage()).isEqualTo(Stage.QUEUED);
  }

  @Test
  void decide_releaseOfSuchAFileByTwoPeople_promotesItAndSaysWho() throws IOException {
    BENCH.policy("scan: {review_sources: [unknown]}\n");
    Job job = scanned(dataset("benign.jsonl"));
    ReviewCase on = reviewCase().orElseThrow();
    Review review =
        new Review(
            BENCH.database,
            new Review.Parts(
                BENCH.cases, BENCH.jobs, BENCH.flow, BENCH.work, BENCH.audit, BENCH.policies),
            BENCH.clock);
    Review.Request request =
        new Review.Request(ReviewCase.Action.RELEASE, "Read by hand, harmless", on.evidence());

    review.decide(BENCH.staff("ann"), on.id(), request);
    assertThat(BENCH.job(jobId).stage()).isEqualTo(Stage.HELD);
    review.decide(BENCH.staff("bob"), on.id(), request);

    assertThat(BENCH.job(jobId).stage()).isEqualTo(Stage.QUEUED);
    assertThat(promotions(job)).hasSize(1);
    assertThat(promotions(job).getFirst().actor()).isEqualTo("bob");
    assertThat(promotions(job).getFirst().details())
        .containsEntry("by", "review")
        .containsEntry("case", on.id())
        .containsEntry("evidence", on.evidence().toString())
        .containsEntry("report", Json.own(on.reasons()).path("report").asString());
  }
}
