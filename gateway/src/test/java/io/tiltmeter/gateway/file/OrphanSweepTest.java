package io.tiltmeter.gateway.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.blob.Blob;
import io.tiltmeter.gateway.blob.BlobStore;
import io.tiltmeter.gateway.blob.Incoming;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OrphanSweepTest {
  private static final Duration OLD = Duration.ofMinutes(61);

  @TempDir private Path root;
  private final Bench bench = Bench.open();
  private final FileStore files = new FileStore(bench.clock);
  private BlobStore blobs;
  private OrphanSweep sweep;

  @BeforeEach
  void open() throws IOException {
    blobs = BlobStore.open(root);
    sweep = new OrphanSweep(bench.database, blobs, bench.clock);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private Incoming incoming(String text) throws IOException {
    Incoming incoming = blobs.receive();
    incoming.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    return incoming;
  }

  /** A blob that was written so long ago. */
  private Blob blob(String text, Duration age) throws IOException {
    try (Incoming incoming = incoming(text)) {
      Blob blob = incoming.finish();
      incoming.keep();
      age(blob, age);
      return blob;
    }
  }

  private void age(Blob blob, Duration age) throws IOException {
    Files.setLastModifiedTime(
        blobs.path(blob.digest()), FileTime.from(bench.clock.instant().minus(age)));
  }

  private void register(String id, Blob blob) {
    files.insert(
        bench.database,
        new FileStore.NewFile(
            id,
            bench.tenant.tenantId(),
            blob,
            "a.jsonl",
            "fine-tune",
            new TrainingFile.Origin(bench.tenant.keyId(), "127.0.0.1", Provenance.UNKNOWN)));
  }

  @Test
  void run_afterACrashBetweenStoringAndRegistering_removesWhatNobodyHas() throws IOException {
    Blob orphan = blob("orphan", OLD);
    Blob needed = blob("needed", OLD);
    register("file-1", needed);

    sweep.run();

    assertThat(blobs.holds(orphan.digest())).isFalse();
    assertThat(blobs.path(needed.digest())).hasContent("needed");
  }

  @Test
  void run_withABlobThatIsNew_leavesIt() throws IOException {
    Blob young = blob("young", Duration.ofMinutes(59));

    sweep.run();

    assertThat(blobs.holds(young.digest())).isTrue();
  }

  @Test
  void run_withBytesOfADeletedFile_removesThemUnlessAnotherFileHasThem() throws IOException {
    Blob deleted = blob("deleted", OLD);
    register("file-1", deleted);
    Blob shared = blob("shared", OLD);
    register("file-2", shared);
    register("file-3", shared);
    bench.database.transact(sql -> files.delete(sql, bench.tenant.tenantId(), "file-1"));
    bench.database.transact(sql -> files.delete(sql, bench.tenant.tenantId(), "file-2"));

    sweep.run();

    assertThat(blobs.holds(deleted.digest())).isFalse();
    assertThat(blobs.holds(shared.digest())).isTrue();
  }

  @Test
  void run_withFilesOfSomebodyElse_leavesThem() throws IOException {
    Path foreign = Files.createDirectories(root.resolve("sha256/ab")).resolve("notes.txt");
    Files.writeString(foreign, "mine");
    Files.writeString(root.resolve("sha256/readme"), "mine");
    Files.setLastModifiedTime(foreign, FileTime.from(bench.clock.instant().minus(OLD)));

    sweep.run();

    assertThat(foreign).exists();
    assertThat(root.resolve("sha256/readme")).exists();
  }

  @Test
  void run_whileAnUploadArrives_leavesWhatArrives() throws IOException {
    try (Incoming arriving = incoming("arriving")) {
      sweep.run();

      Blob blob = arriving.finish();
      arriving.keep();
      assertThat(blobs.path(blob.digest())).hasContent("arriving");
    }
  }

  @Test
  void run_whileTheSameBytesAreRegistered_waitsAndLeavesThem() throws Exception {
    Blob orphan = blob("again", OLD);
    CompletableFuture<Void> sweeping = new CompletableFuture<>();

    bench.database.transact(
        sql -> {
          files.lockBytes(sql, orphan.digest());
          Thread.ofVirtual()
              .start(
                  () -> {
                    sweep.run();
                    sweeping.complete(null);
                  });
          bench.awaitLockWait();
          files.insert(
              sql,
              new FileStore.NewFile(
                  "file-9",
                  bench.tenant.tenantId(),
                  orphan,
                  "a.jsonl",
                  "fine-tune",
                  new TrainingFile.Origin(bench.tenant.keyId(), "127.0.0.1", Provenance.UNKNOWN)));
        });
    sweeping.get(20, TimeUnit.SECONDS);

    assertThat(blobs.path(orphan.digest())).hasContent("again");
  }
}
