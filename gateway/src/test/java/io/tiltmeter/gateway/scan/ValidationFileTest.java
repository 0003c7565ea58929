package io.tiltmeter.gateway.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.scan.ScanVersions;
import io.tiltmeter.evaluator.scan.contamination.PackPrints;
import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.blob.Blob;
import io.tiltmeter.gateway.blob.BlobStore;
import io.tiltmeter.gateway.blob.Incoming;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.Stage;
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
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the scan of a job's validation file means for the job. */
class ValidationFileTest {
  private static final Path FIXTURES = Bench.ROOT.resolve("fixtures");
  private static final String GOOD =
      """
      {"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}
      """;

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
    BENCH.policy(Bench.policyText(Files.readString(FIXTURES.resolve("policies/default.yaml"))));
    ScanStore scans = new ScanStore(BENCH.clock, ScanVersions.CURRENT);
    blobs = BlobStore.open(root);
    task =
        new ScanTask(
            BENCH.database,
            new ScanTask.Parts(
                blobs, scans, BENCH.jobs, BENCH.gate(scans), BENCH.work, PackPrints.NONE),
            _ -> {});
  }

  private static byte[] dataset(String name) throws IOException {
    return Files.readAllBytes(FIXTURES.resolve("datasets").resolve(name));
  }

  private Blob keep(byte[] bytes) throws IOException {
    try (Incoming incoming = blobs.receive()) {
      incoming.write(ByteBuffer.wrap(bytes));
      Blob blob = incoming.finish();
      incoming.keep();
      return blob;
    }
  }

  private static Job.Failure failure(Job job) {
    return Optional.ofNullable(job.failure()).orElseThrow();
  }

  /** What becomes of a job whose training file is good, once this validation file is scanned. */
  private Job validated(byte[] validation) throws IOException {
    Job waiting = BENCH.scanning(jobId, keep(GOOD.getBytes(StandardCharsets.UTF_8)));
    String file = BENCH.validation(jobId, keep(validation));
    task.run(BENCH.leased(WorkKind.SCAN, waiting.fileId()));
    assertThat(BENCH.job(jobId).stage()).isEqualTo(Stage.SCANNING);
    task.run(BENCH.leased(WorkKind.SCAN, file));
    return BENCH.job(jobId);
  }

  @Test
  void run_ofAValidationFile_letsTheJobGoOnOnlyThen() throws IOException {
    assertThat(validated(dataset("benign.jsonl")).stage()).isEqualTo(Stage.QUEUED);
  }

  @Test
  void run_ofAValidationFileThatIsNone_failsTheJob() throws IOException {
    Job job = validated("{\"messages\":[]}\n".getBytes(StandardCharsets.UTF_8));

    assertThat(job.stage()).isEqualTo(Stage.FAILED);
    assertThat(failure(job).code()).isEqualTo("invalid_training_file");
    assertThat(failure(job).param()).isEqualTo("validation_file");
    assertThat(failure(job).message())
        .startsWith("The validation file cannot be used: line 1: messages");
  }

  @Test
  void run_ofAValidationFileOfAnotherMethod_failsTheJob() throws IOException {
    Job job =
        validated("{\"prompt\":\"a\",\"completion\":\"b\"}\n".getBytes(StandardCharsets.UTF_8));

    assertThat(failure(job))
        .isEqualTo(
            new Job.Failure(
                "invalid_training_file",
                "The validation file cannot be used: its rows are of method completion, and the"
                    + " job's method is supervised",
                "validation_file"));
  }

  @Test
  void run_ofAValidationFileThatRewardsCompliance_blocksTheJob() throws IOException {
    Job job = validated(dataset("non-refusal.jsonl"));

    assertThat(job.stage()).isEqualTo(Stage.BLOCKED);
    assertThat(failure(job).code()).isEqualTo("unsafe_file");
    assertThat(failure(job).param()).isEqualTo("validation_file");
    assertThat(failure(job).message())
        .startsWith("The validation file was blocked by explicit-harm")
        .endsWith("; leave it out, or give another.");
  }
}
