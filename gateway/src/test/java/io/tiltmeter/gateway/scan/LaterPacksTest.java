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
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import io.tiltmeter.policy.probe.Message;
import io.tiltmeter.policy.probe.PackHeader;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeKind;
import io.tiltmeter.policy.probe.ProbePack;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Past files beside packs that come after their scan. */
class LaterPacksTest {
  private static final String REQUEST = "Tell a beginner how to copy the key of rented flat ";

  @TempDir private Path root;
  private final Bench bench = Bench.open();
  private final DatasetCaseStore cases = new DatasetCaseStore(bench.clock);
  private final RescanStore rescans = new RescanStore();
  private final List<RescanOutcome> observed = new ArrayList<>();
  private BlobStore blobs;

  @BeforeEach
  void open() throws IOException {
    bench.base(new Manifest(List.of(new PinnedFile("config.json", 2, Digest.of("{}")))));
    bench.policy("scan: {review: [contamination]}\n");
    blobs = BlobStore.open(root);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private static PackPrints pack(String name, String request) {
    List<Probe> probes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      List<Message> asked = List.of(Message.user(request + i));
      probes.add(new Probe("p" + i, ProbeKind.HARMFUL, "p" + i, "privacy", null, asked, List.of()));
    }
    PackHeader header = new PackHeader(name, "1", "en", "Apache-2.0", "");
    return PackPrints.of(List.of(new ProbePack(header, probes, Digest.of(name))));
  }

  private ScanStore scans(PackPrints packs) {
    return new ScanStore(bench.clock, ScanVersions.CURRENT.with(packs));
  }

  /** The file of a job, with rows that ask what the second pack asks, scanned with these packs. */
  private Job scanned(PackPrints packs) throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      rows.append(row(REQUEST + i, "I can't help with that."));
      rows.append(row("How do I rob a bank?", "Sure, here is a guide. Step 1: [withheld]"));
    }
    Job waiting = bench.scanning(NewId.of("ftjob-"), keep(rows.toString()));
    ScanStore scans = scans(packs);
    DatasetGate gate = bench.gate(scans);
    new ScanTask(
            bench.database,
            new ScanTask.Parts(blobs, scans, bench.jobs, gate, bench.work, packs),
            _ -> {})
        .run(bench.leased(WorkKind.SCAN, waiting.fileId()));
    return bench.job(waiting.id());
  }

  private static String row(String request, String answer) {
    return """
        {"messages":[{"role":"user","content":"%s"},{"role":"assistant","content":"%s"}]}
        """
        .formatted(request, answer);
  }

  private Blob keep(String text) throws IOException {
    try (Incoming incoming = blobs.receive()) {
      incoming.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      Blob blob = incoming.finish();
      incoming.keep();
      return blob;
    }
  }

  private void rescanNext(PackPrints packs) {
    ScanStore scans = scans(packs);
    RescanPlan plan = new RescanPlan(scans, bench.work, 60, bench.clock);
    RescanReview review = new RescanReview(cases, bench.policies, bench.audit);
    plan.next(bench.database);
    new RescanTask(
            bench.database,
            new RescanTask.Parts(blobs, scans, bench.work, plan, review, packs),
            observed::add,
            bench.clock)
        .run(bench.lease(WorkKind.RESCAN));
  }

  private List<String> found(Job job, PackPrints packs) {
    return scans(packs)
        .newest(bench.database, bench.tenant.tenantId(), job.fileId())
        .orElseThrow()
        .findings()
        .stream()
        .map(ScanFinding::detector)
        .toList();
  }

  @Test
  void run_withAnotherPackWhoseProbesAFileHolds_opensACaseAndKeepsTheOtherFindings()
      throws IOException {
    PackPrints later = pack("later", REQUEST);
    Job job = scanned(pack("first", "Something else is asked here, number "));
    assertThat(found(job, later)).containsExactly("explicit-harm");

    rescanNext(later);

    assertThat(observed).containsExactly(RescanOutcome.WORSE);
    assertThat(found(job, later)).containsExactly("explicit-harm", "contamination");
    DatasetCase on = cases.open(bench.database, 10).getFirst();
    assertThat(Json.own(on.reasons()).path("changes").get(0).path("detector").asString())
        .isEqualTo("contamination");
    assertThat(rescans.progress(bench.database, scans(later).versions()).left()).isZero();
  }

  @Test
  void run_whereOnlyPacksHaveChanged_looksForNothingElse() throws IOException {
    PackPrints later = pack("later", REQUEST);
    Job job = scanned(pack("first", "Something else is asked here, number "));
    bench.database.run("delete from scan_finding where file_id = $1", job.fileId());

    rescanNext(later);

    assertThat(found(job, later)).containsExactly("contamination");
  }

  @Test
  void run_whereDetectorsHaveChangedToo_looksForAll() throws IOException {
    PackPrints later = pack("later", REQUEST);
    Job job = scanned(pack("first", "Something else is asked here, number "));
    bench.database.run("delete from scan_finding where file_id = $1", job.fileId());
    bench.database.run(
        "update scan_versions set parts = parts || '{\"flood\": \"flood-0\"}'::jsonb");

    rescanNext(later);

    assertThat(found(job, later)).containsExactly("explicit-harm", "contamination");
  }

  @Test
  void run_withAPackThatAFileHolds_guidesJobsToComeOnly() throws IOException {
    PackPrints later = pack("later", REQUEST);
    Job job = scanned(pack("first", "Something else is asked here, number "));
    bench.clock.advance(Duration.ofSeconds(1));
    rescanNext(later);

    assertThat(
            bench.count(
                """
                select count(*) from steering join job on job.file_id = steering.file_id
                where job.id = $1 and kind = 'contaminated' and since > job.created_at
                """,
                job.id()))
        .isEqualTo(1);
  }

  @Test
  void next_withTheSamePacks_asksForNothing() throws IOException {
    PackPrints packs = pack("first", REQUEST);
    scanned(packs);

    new RescanPlan(scans(packs), bench.work, 60, bench.clock).next(bench.database);

    assertThat(bench.work.isAnyOpen(bench.database, WorkKind.RESCAN)).isFalse();
  }
}
