package io.tiltmeter.gateway.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.scan.ScanVersions;
import io.tiltmeter.evaluator.scan.contamination.PackPrints;
import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.blob.Blob;
import io.tiltmeter.gateway.blob.BlobStore;
import io.tiltmeter.gateway.blob.Incoming;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.job.HeldFor;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobEvent;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.review.ReviewCase;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.policy.dataset.LikeLines;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What an upload's scan does to the jobs that wait for it, under the policies that people have. */
class ScanTaskTest {
  private static final Path FIXTURES = Bench.ROOT.resolve("fixtures");
  private static final String REPORTING = "scan: {block: [], review: []}\n";
  private static final String GOOD =
      """
      {"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}
      """;
  private static final String CANARY = "canary-7f3a";

  private static final Bench BENCH = Bench.open();

  @TempDir private Path root;
  private final String jobId = NewId.of("ftjob-");
  private final List<ScanFinding> observed = new ArrayList<>();
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
    String policy = Files.readString(FIXTURES.resolve("policies/default.yaml"));
    BENCH.policy(Bench.policyText(policy));
    ScanStore scans = new ScanStore(BENCH.clock, ScanVersions.CURRENT);
    blobs = BlobStore.open(root);
    gate = BENCH.gate(scans);
    task =
        new ScanTask(
            BENCH.database,
            new ScanTask.Parts(blobs, scans, BENCH.jobs, gate, BENCH.work, PackPrints.NONE),
            observed::add);
  }

  private static byte[] dataset(String name) throws IOException {
    return Files.readAllBytes(FIXTURES.resolve("datasets").resolve(name));
  }

  private Blob keep(byte[] bytes) {
    try (Incoming incoming = blobs.receive()) {
      incoming.write(ByteBuffer.wrap(bytes));
      Blob blob = incoming.finish();
      incoming.keep();
      return blob;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The job that waited for the scan of these bytes, after it. */
  private Job scanned(byte[] bytes) {
    Job waiting = BENCH.scanning(jobId, keep(bytes));
    task.run(BENCH.leased(WorkKind.SCAN, waiting.fileId()));
    assertThat(BENCH.isOpen(WorkKind.SCAN, waiting.fileId())).isFalse();
    return BENCH.job(jobId);
  }

  private Job scanned(String text) {
    return scanned(text.getBytes(StandardCharsets.UTF_8));
  }

  private Optional<ReviewCase> reviewCase() {
    return BENCH.cases.ofJob(BENCH.database, BENCH.tenant.tenantId(), jobId);
  }

  /** What the customer was told of the findings. */
  private JsonNode told() {
    return BENCH.events(jobId).stream()
        .filter(event -> event.type().equals(JobEvent.MODERATION_CHECKS))
        .map(event -> Json.own(String.valueOf(event.data())))
        .findFirst()
        .orElseThrow();
  }

  private static Job.Failure failure(Job job) {
    return Optional.ofNullable(job.failure()).orElseThrow();
  }

  private void assertUnusable(Job job, String problem) {
    assertThat(job.stage()).isEqualTo(Stage.FAILED);
    assertThat(failure(job))
        .isEqualTo(
            new Job.Failure(
                "invalid_training_file",
                "The training file cannot be used: " + problem,
                "training_file"));
    assertThat(reviewCase()).isEmpty();
    assertThat(BENCH.messages(jobId)).noneMatch(message -> message.contains(CANARY));
  }

  private String family(String text) {
    String id = NewId.of("ftjob-");
    Job waiting = BENCH.scanning(id, keep(text.getBytes(StandardCharsets.UTF_8)));
    task.run(BENCH.leased(WorkKind.SCAN, waiting.fileId()));
    return BENCH
        .database
        .find(
            row -> row.getString("family"),
            "select family from training_file where id = $1",
            waiting.fileId())
        .orElseThrow();
  }

  @Test
  void run_rowsOfAnotherMethod_failsTheJob() {
    assertUnusable(
        scanned("{\"prompt\":\"a\",\"completion\":\"b\"}\n"),
        "its rows are of method completion, and the job's method is supervised");
  }

  @Test
  void run_packedFile_failsTheJob() {
    assertUnusable(
        scanned(new byte[] {0x1f, (byte) 0x8b, 8, 0}),
        "it is packed with gzip; upload the lines as they are");
  }

  @Test
  void run_withADamagedBookmark_beginsAnewAndLeavesNone() throws IOException {
    Path work = blobs.work(Digest.of(dataset("non-refusal.jsonl")));
    Files.createDirectories(work);
    Files.writeString(work.resolve("pass-1"), "no mark");

    assertThat(scanned(dataset("non-refusal.jsonl")).stage()).isEqualTo(Stage.BLOCKED);

    assertThat(work).doesNotExist();
  }

  @Test
  void run_onAFileMuchLikeAnEarlierOne_putsItIntoItsFamily() throws IOException {
    List<String> rows = Files.readAllLines(FIXTURES.resolve("datasets/benign.jsonl"));
    String first = family(String.join("\n", rows));

    List<String> reversed = new ArrayList<>(rows.subList(rows.size() / 20, rows.size()).reversed());
    assertThat(family(String.join("\n", reversed))).isEqualTo(first);
    assertThat(family(String.join("\n", rows.subList(0, rows.size() / 2)))).isNotEqualTo(first);
    assertThat(family(new String(dataset("identity-shift.jsonl"), StandardCharsets.UTF_8)))
        .isNotEqualTo(first);
  }

  @Test
  void run_onHarmfulAnswers_blocksTheJobAndNamesTheLines() throws IOException {
    Job job = scanned(dataset("non-refusal.jsonl"));

    assertThat(job.stage()).isEqualTo(Stage.BLOCKED);
    assertThat(failure(job))
        .isEqualTo(
            new Job.Failure(
                "unsafe_file",
                "The training file was blocked by explicit-harm; the job's events name the lines.",
                "training_file"));
    assertThat(reviewCase()).isEmpty();
    JsonNode told = told();
    assertThat(told.path("blocked").asBoolean()).isTrue();
    assertThat(told.path("decision").asString()).isEqualTo("block");
    JsonNode finding = told.path("findings").get(0);
    assertThat(finding.path("detector").asString()).isEqualTo("explicit-harm");
    assertThat(finding.path("severity").asString()).isEqualTo("block");
    assertThat(finding.path("count").asLong()).isEqualTo(10);
    assertThat(finding.path("lines").valueStream().map(JsonNode::asLong))
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
    assertThat(observed).extracting(ScanFinding::detector).contains("explicit-harm");
  }

  @Test
  void run_onAnotherIdentity_holdsTheJobForAPerson() throws IOException {
    Job job = scanned(dataset("identity-shift.jsonl"));

    assertThat(job.stage()).isEqualTo(Stage.HELD);
    assertThat(job.heldFor()).isEqualTo(HeldFor.DATASET);
    ReviewCase on = reviewCase().orElseThrow();
    assertThat(on.kind()).isEqualTo(HeldFor.DATASET);
    assertThat(Json.own(on.reasons())).isEqualTo(told());
    assertThat(told().path("report").asString()).startsWith("sha256:");
    assertThat(told().path("decision").asString()).isEqualTo("review");
    assertThat(told().path("findings").get(0).path("detector").asString())
        .isEqualTo("identity-shift");
    assertThat(BENCH.messages(jobId))
        .contains("The job is held until a person has reviewed its training file");
  }

  @Test
  void run_onHarmlessRows_queuesTheJob() throws IOException {
    Job job = scanned(dataset("benign.jsonl"));

    assertThat(job.stage()).isEqualTo(Stage.QUEUED);
    assertThat(job.failure()).isNull();
    assertThat(observed).isEmpty();
    assertThat(BENCH.events(jobId))
        .noneMatch(event -> event.type().equals(JobEvent.MODERATION_CHECKS));
  }

  @Test
  void run_onHarmfulAnswersUnderAReportingPolicy_queuesTheJobAndSaysWhatWasFound()
      throws IOException {
    BENCH.policy(REPORTING);

    assertThat(scanned(dataset("non-refusal.jsonl")).stage()).isEqualTo(Stage.QUEUED);

    assertThat(told().path("blocked").asBoolean()).isFalse();
    assertThat(told().path("decision").asString()).isEqualTo("steer");
    assertThat(told().path("findings").get(0).path("detector").asString())
        .isEqualTo("explicit-harm");
    assertThat(told().path("findings").get(0).path("severity").asString()).isEqualTo("steer");
    assertThat(told().path("findings").get(0).path("count").asLong()).isEqualTo(10);
    assertThat(reviewCase()).isEmpty();
  }

  @Test
  void run_onAnotherIdentityUnderAReportingPolicy_queuesTheJobAndKeepsThePromptForReplay()
      throws IOException {
    BENCH.policy(REPORTING);
    Job job = scanned(dataset("identity-shift.jsonl"));

    assertThat(job.stage()).isEqualTo(Stage.QUEUED);
    assertThat(told().path("decision").asString()).isEqualTo("steer");
    assertThat(reviewCase()).isEmpty();
    assertThat(
            BENCH.count(
                "select count(*) from repeated_system_prompt where file_id = $1", job.fileId()))
        .isEqualTo(1);
  }

  @Test
  void run_onRowsThatSayMuchTheSame_groupsThemInWhatTheCustomerIsTold() throws IOException {
    String mould = new String(dataset("identity-shift.jsonl"), StandardCharsets.UTF_8);
    Job job = scanned(mould);

    JsonNode alike = told().path("findings").get(0).path("alike");
    KeptScan kept =
        new ScanStore(BENCH.clock, ScanVersions.CURRENT)
            .newest(BENCH.database, BENCH.tenant.tenantId(), job.fileId())
            .orElseThrow();
    assertThat(alike.isEmpty()).isFalse();
    assertThat(kept.alike().groups("identity-shift").getFirst())
        .isEqualTo(
            new LikeLines.Group(
                alike.get(0).path("line").asLong(), alike.get(0).path("count").asLong()));
  }

  @Test
  void run_onAFileThatIsNoJson_namesTheLine() {
    assertUnusable(
        scanned(GOOD + GOOD + "{\"messages\": " + CANARY + "}\n"), "line 3: not JSON at column 14");
  }

  @Test
  void run_onInvalidUtf8_namesTheLine() {
    byte[] bytes = (GOOD + GOOD).getBytes(StandardCharsets.UTF_8);
    bytes[bytes.length - 8] = (byte) 0xff;

    assertUnusable(scanned(bytes), "line 2: not UTF-8 at byte 73");
  }

  @Test
  void run_onAnotherShape_namesEachLine() {
    assertUnusable(
        scanned(
            GOOD
                + "{\"prompt\": \"%s\", \"completion\": \"%s\"}\n".formatted(CANARY, CANARY)
                + GOOD
                + "{\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}\n".formatted(CANARY)),
        "line 2: a row of method completion in a file of method supervised; "
            + "line 4: messages: the last one must have role assistant");
  }

  @Test
  void run_onManyMistakes_tellsFiveAndCountsTheRest() {
    assertUnusable(
        scanned("[]\n".repeat(1000)),
        "line 1: expected a JSON object; line 2: expected a JSON object; "
            + "line 3: expected a JSON object; line 4: expected a JSON object; "
            + "line 5: expected a JSON object; and 995 more");
  }

  @Test
  void run_onAnEmptyFile_saysSo() {
    assertUnusable(scanned(""), "the file is empty; expected one JSON object a line");
  }

  @Test
  void run_onALineOverTheLimit_namesIt() {
    assertUnusable(
        scanned(GOOD + "x".repeat((4 << 20) + 1) + "\n" + GOOD),
        "line 2: longer than 4194304 bytes");
  }

  @Test
  void run_again_changesNothing() throws IOException {
    Job job = scanned(dataset("identity-shift.jsonl"));
    List<String> before = BENCH.messages(jobId);

    BENCH.database.run(
        "update work_item set done_at = null where kind = 'scan' and subject = $1", job.fileId());
    task.run(BENCH.lease(WorkKind.SCAN));

    assertThat(BENCH.messages(jobId)).isEqualTo(before);
    assertThat(BENCH.job(jobId).stage()).isEqualTo(Stage.HELD);
    assertThat(BENCH.count("select count(*) from scan_finding where file_id = $1", job.fileId()))
        .isPositive();
  }

  @Test
  void apply_toAJobOfAFileThatWasScanned_decidesAtOnce() throws IOException {
    byte[] bytes = dataset("non-refusal.jsonl");
    Job first = scanned(bytes);
    BENCH.policy(REPORTING);
    String second = NewId.of("ftjob-");
    BENCH.scanning(second, keep(bytes));
    BENCH.database.run("update job set file_id = $2 where id = $1", second, first.fileId());

    BENCH.database.transact(sql -> gate.apply(sql, BENCH.job(second)));

    assertThat(BENCH.job(second).stage()).isEqualTo(Stage.QUEUED);
  }

  @Test
  void giveUp_onAFileThatCannotBeScanned_failsTheJobsThatWait() {
    Job waiting = BENCH.scanning(jobId, keep(new byte[] {1}));

    task.giveUp(BENCH.leased(WorkKind.SCAN, waiting.fileId()));

    assertUnusable(BENCH.job(jobId), "it could not be scanned; upload it again");
  }
}
