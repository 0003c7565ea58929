package io.tiltmeter.gateway.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.blob.Blob;
import io.tiltmeter.gateway.blob.BlobStore;
import io.tiltmeter.gateway.blob.Incoming;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ExpirySweepTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir private Path root;
  private final Bench bench = Bench.open();
  private final FileStore files = new FileStore(bench.clock);
  private BlobStore blobs;
  private ExpirySweep sweep;

  @BeforeEach
  void open() throws IOException {
    blobs = BlobStore.open(root);
    sweep = new ExpirySweep(bench.database, blobs, bench.clock);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private Blob file(String id, String text, @Nullable Duration expiresAfter) throws IOException {
    try (Incoming incoming = blobs.receive()) {
      incoming.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      Blob blob = incoming.finish();
      incoming.keep();
      files.insert(
          bench.database,
          new FileStore.NewFile(
              id,
              bench.tenant.tenantId(),
              blob,
              "a.jsonl",
              "fine-tune",
              new TrainingFile.Origin(bench.tenant.keyId(), "127.0.0.1", Provenance.UNKNOWN),
              expiresAfter));
      return blob;
    }
  }

  private boolean isKept(String id) {
    return files.findForJob(bench.database, bench.tenant.tenantId(), id).isPresent();
  }

  @Test
  void run_onceAFileHasExpired_removesItAndItsBytes() throws IOException {
    Blob brief = file("file-brief", "brief", HOUR);
    Blob lasting = file("file-lasting", "lasting", null);

    sweep.run();
    assertThat(isKept("file-brief")).isTrue();
    bench.clock.advance(HOUR);
    sweep.run();

    assertThat(isKept("file-brief")).isFalse();
    assertThat(blobs.holds(brief.digest())).isFalse();
    assertThat(isKept("file-lasting")).isTrue();
    assertThat(blobs.holds(lasting.digest())).isTrue();
  }

  @Test
  void run_whereAnotherFileHasTheSameBytes_leavesThem() throws IOException {
    Blob shared = file("file-brief", "shared", HOUR);
    file("file-lasting", "shared", null);
    bench.clock.advance(HOUR);

    sweep.run();

    assertThat(isKept("file-brief")).isFalse();
    assertThat(blobs.path(shared.digest())).hasContent("shared");
  }

  @Test
  void run_whileAJobNeedsTheFile_leavesItUntilTheJobHasEnded() throws IOException {
    bench.base(new Manifest(List.of(new PinnedFile("config.json", 2, Digest.of("{}")))));
    Blob blob = file("file-brief", "needed", HOUR);
    bench.scanning("ftjob-1");
    bench.database.run("update job set file_id = 'file-brief' where id = 'ftjob-1'");
    bench.clock.advance(HOUR);

    sweep.run();

    assertThat(files.find(bench.database, bench.tenant.tenantId(), "file-brief")).isEmpty();
    assertThat(isKept("file-brief")).isTrue();
    assertThat(blobs.holds(blob.digest())).isTrue();
    bench.jobs.move(bench.database, "ftjob-1", EnumSet.of(Stage.SCANNING), Stage.FAILED);
    sweep.run();
    assertThat(isKept("file-brief")).isFalse();
    assertThat(blobs.holds(blob.digest())).isFalse();
  }
}
