package io.tiltmeter.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.core.JsonValue;
import com.openai.core.http.HttpResponse;
import com.openai.models.files.FileObject;
import com.openai.models.files.FilePurpose;
import com.openai.models.uploads.Upload;
import com.openai.models.uploads.UploadCompleteParams;
import com.openai.models.uploads.UploadCreateParams;
import com.openai.models.uploads.parts.PartCreateParams;
import io.tiltmeter.gateway.blob.BlobStore;
import io.tiltmeter.gateway.upload.UploadSweep;
import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uploads in parts, as the official SDK sends them. */
@SuppressWarnings("deprecation") // OpenAI calls a file's status deprecated, and requires it.
class UploadsApiTest {
  private static final int PART_BYTES = 3 << 20;

  @TempDir static Path folder;
  private static ApiServer server;
  private static OpenAIClient acme;

  @BeforeAll
  static void start() {
    server = ApiServer.start(folder.resolve("blobs"));
    acme = server.client(server.acme);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static UploadCreateParams.Builder wanted(long bytes) {
    return UploadCreateParams.builder()
        .filename("train.jsonl")
        .purpose(FilePurpose.FINE_TUNE)
        .mimeType("application/jsonl")
        .bytes(bytes);
  }

  private static Upload create(long bytes) {
    return acme.uploads().create(wanted(bytes).build());
  }

  private static String add(String upload, byte[] data) {
    return acme.uploads()
        .parts()
        .create(PartCreateParams.builder().uploadId(upload).data(data).build())
        .id();
  }

  private static Upload complete(String upload, List<String> parts, String md5) {
    return acme.uploads()
        .complete(UploadCompleteParams.builder().uploadId(upload).partIds(parts).md5(md5).build());
  }

  private static String md5(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Digests of all that is stored. */
  private static List<String> stored() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("blobs/sha256"))) {
      return files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void complete_ofPartsSentInParallel_makesTheFileInTheOrderNamed() throws Exception {
    byte[] whole = new byte[4 * PART_BYTES + 5];
    new Random(11).nextBytes(whole);
    Upload upload = create(whole.length);
    assertThat(upload.status()).isEqualTo(Upload.Status.PENDING);
    assertThat(upload.expiresAt()).isEqualTo(upload.createdAt() + 3600);

    List<String> parts;
    try (ExecutorService senders = Executors.newFixedThreadPool(4)) {
      List<Future<String>> sent =
          IntStream.iterate(0, at -> at < whole.length, at -> at + PART_BYTES)
              .mapToObj(
                  at -> Arrays.copyOfRange(whole, at, Math.min(at + PART_BYTES, whole.length)))
              .map(part -> senders.submit(() -> add(upload.id(), part)))
              .toList();
      parts = sent.stream().map(UploadsApiTest::get).toList();
    }
    Upload completed = complete(upload.id(), parts, md5(whole));

    assertThat(completed.status()).isEqualTo(Upload.Status.COMPLETED);
    FileObject file = completed.file().orElseThrow();
    assertThat(file.bytes()).isEqualTo(whole.length);
    assertThat(file.status().asString()).isEqualTo("uploaded");
    try (HttpResponse content = acme.files().content(file.id())) {
      assertThat(content.body().readAllBytes()).isEqualTo(whole);
    }
    assertThat(stored()).contains(Digest.of(whole).hex()).doesNotContain(hexOf(whole, 0));
    assertThat(folder.resolve("blobs/incoming")).isEmptyDirectory();
  }

  private static String get(Future<String> part) {
    try {
      return part.get(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("a part was not taken", e);
    }
  }

  private static String hexOf(byte[] whole, int from) {
    return Digest.of(Arrays.copyOfRange(whole, from, from + PART_BYTES)).hex();
  }

  @Test
  void complete_asADirectUpload_waitsInQuarantineWithItsScanRequestedAndItsOrigin() {
    Upload upload =
        acme.uploads()
            .create(
                wanted(2)
                    .expiresAfter(UploadCreateParams.ExpiresAfter.builder().seconds(7200).build())
                    .putAdditionalBodyProperty("tiltmeter_source", JsonValue.from("curated"))
                    .build());
    String part = add(upload.id(), bytes("{}"));

    FileObject file = complete(upload.id(), List.of(part), md5(bytes("{}"))).file().orElseThrow();

    assertThat(file.expiresAt()).contains(file.createdAt() + 7200);
    assertThat(file._additionalProperties().get("safety"))
        .asString()
        .contains("state=quarantined", "source=curated");
    assertThat(
            server.database.list(
                row -> row.getString("kind") + " " + row.getString("action"),
                """
                select kind, action from work_item join audit_entry on audit_entry.subject = $1
                where work_item.subject = $1
                """,
                file.id()))
        .containsExactly("scan quarantine-file");
  }

  @Test
  void complete_withoutSomeOfTheParts_leavesThemOut() throws IOException {
    Upload upload = create(2);
    String unused = add(upload.id(), bytes("no"));
    String first = add(upload.id(), bytes("a"));
    String second = add(upload.id(), bytes("b"));

    String id =
        complete(upload.id(), List.of(second, first), md5(bytes("ba"))).file().orElseThrow().id();

    try (HttpResponse content = acme.files().content(id)) {
      assertThat(content.body().readAllBytes()).isEqualTo(bytes("ba"));
    }
    assertThat(unused).startsWith("part_");
    assertThat(stored()).doesNotContain(Digest.of("no").hex());
  }

  @Test
  void cancel_ofAPendingUpload_removesItsPartsAndStaysCancelled() throws IOException {
    Upload upload = create(100);
    add(upload.id(), bytes("to be cancelled"));
    assertThat(stored()).contains(Digest.of("to be cancelled").hex());

    assertThat(acme.uploads().cancel(upload.id()).status()).isEqualTo(Upload.Status.CANCELLED);

    assertThat(acme.uploads().cancel(upload.id()).status()).isEqualTo(Upload.Status.CANCELLED);
    assertThat(stored()).doesNotContain(Digest.of("to be cancelled").hex());
  }

  @Test
  void cancel_whereAFileHasTheSameBytesAsAPart_leavesThem() throws IOException {
    Upload first = create(4);
    complete(first.id(), List.of(add(first.id(), bytes("same"))), md5(bytes("same")));
    Upload second = create(4);
    add(second.id(), bytes("same"));

    acme.uploads().cancel(second.id());

    assertThat(stored()).contains(Digest.of("same").hex());
  }

  @Test
  void sweep_afterAnHour_endsTheUploadAndRemovesItsParts() throws IOException {
    Upload upload = create(100);
    add(upload.id(), bytes("too late"));
    UploadSweep sweep =
        new UploadSweep(server.database, BlobStore.open(folder.resolve("blobs")), server.clock);
    sweep.run();
    assertThat(stored()).contains(Digest.of("too late").hex());

    server.clock.advance(Duration.ofMinutes(61));
    sweep.run();

    assertThat(stored()).doesNotContain(Digest.of("too late").hex());
    assertThat(
            server.database.list(
                row -> row.getString(0), "select state from upload where id = $1", upload.id()))
        .containsExactly("expired");
  }
}
