package io.tiltmeter.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.core.http.HttpResponse;
import com.openai.errors.NotFoundException;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FileListParams;
import com.openai.models.files.FileObject;
import com.openai.models.files.FilePurpose;
import io.tiltmeter.gateway.key.KeyStore;
import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training files, as the official SDK sends and reads them. */
@SuppressWarnings("deprecation") // OpenAI calls a file's status deprecated, and requires it.
class FilesApiTest {
  private static final String LINE = "{\"messages\":[]}\n";

  @TempDir static Path folder;
  private static ApiServer server;
  private static OpenAIClient acme;
  private static OpenAIClient globex;

  @BeforeAll
  static void start() {
    server = ApiServer.start(folder.resolve("blobs"));
    acme = server.client(server.acme);
    globex = server.client(server.globex);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static FileObject upload(OpenAIClient client, String name, String text) {
    try {
      Path file = Files.writeString(folder.resolve(name), text);
      return client
          .files()
          .create(FileCreateParams.builder().file(file).purpose(FilePurpose.FINE_TUNE).build());
    } catch (IOException e) {
      throw new IllegalStateException("no file to upload", e);
    }
  }

  @Test
  void create_byTheSdk_waitsInQuarantineWithItsScanRequested() {
    FileObject file = upload(acme, "train \"a\" ü.jsonl", LINE);

    assertThat(file.filename()).isEqualTo("train \"a\" ü.jsonl");
    assertThat(file.bytes()).isEqualTo(LINE.length());
    assertThat(file.status().asString()).isEqualTo("uploaded");
    assertThat(file.id()).startsWith("file-");
    assertThat(
            server.database.list(
                row -> row.getString("uploaded_by") + " " + row.getString("uploaded_from"),
                "select uploaded_by, uploaded_from from training_file where id = $1",
                file.id()))
        .singleElement()
        .asString()
        .matches("key_\\w+ 127\\.0\\.0\\.1");
    assertThat(
            server.database.list(
                row -> row.getString("kind"),
                "select kind from work_item where subject = $1",
                file.id()))
        .containsExactly("scan");
    assertThat(folder.resolve("blobs/incoming")).isEmptyDirectory();
  }

  @Test
  void content_ofAFile_isItsBytes() throws IOException {
    FileObject file = upload(acme, "content.jsonl", LINE + LINE);

    try (HttpResponse content = acme.files().content(file.id())) {
      assertThat(new String(content.body().readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo(LINE + LINE);
    }
  }

  @Test
  void list_overSeveralPages_givesEachFileOnceInOrder() {
    OpenAIClient initech =
        server.client(
            new KeyStore(server.clock).createForTenant(server.database, "initech", false).secret());
    assertThat(initech.files().list().data()).isEmpty();
    List<String> ids =
        Stream.of("a", "b", "c").map(name -> upload(initech, name, LINE + name).id()).toList();

    assertThat(all(initech, FileListParams.Order.ASC)).isEqualTo(ids);
    assertThat(all(initech, FileListParams.Order.DESC)).isEqualTo(ids.reversed());
    assertThat(initech.files().list(FileListParams.builder().purpose("batch").build()).data())
        .isEmpty();
    assertThat(initech.files().list(FileListParams.builder().after("file-none").build()).data())
        .isEmpty();
  }

  private static List<String> all(OpenAIClient client, FileListParams.Order order) {
    return client
        .files()
        .list(FileListParams.builder().limit(2).order(order).build())
        .autoPager()
        .stream()
        .map(FileObject::id)
        .toList();
  }

  @Test
  void list_afterTheLastFile_isAnEmptyPageAlsoOnceThatFileIsGone() {
    OpenAIClient client =
        server.client(
            new KeyStore(server.clock).createForTenant(server.database, "pager", false).secret());
    String older = upload(client, "older.jsonl", LINE + 1).id();
    String newer = upload(client, "newer.jsonl", LINE + 2).id();

    assertThat(after(client, older)).isEmpty();
    client.files().delete(older);
    assertThat(after(client, older)).isEmpty();
    client.files().delete(newer);
    assertThat(upload(client, "newest.jsonl", LINE + 3).id()).isNotEmpty();
    assertThat(after(client, newer)).isEmpty();
  }

  private static List<String> after(OpenAIClient client, String id) {
    return client.files().list(FileListParams.builder().after(id).build()).data().stream()
        .map(FileObject::id)
        .toList();
  }

  @Test
  void create_withAnExpiry_isThereUntilThenAndNoLonger() throws IOException {
    Path file = Files.writeString(folder.resolve("brief.jsonl"), LINE + "brief");
    FileObject brief =
        acme.files()
            .create(
                FileCreateParams.builder()
                    .file(file)
                    .purpose(FilePurpose.FINE_TUNE)
                    .expiresAfter(FileCreateParams.ExpiresAfter.builder().seconds(3600).build())
                    .build());

    assertThat(brief.expiresAt()).contains(brief.createdAt() + 3600);
    assertThat(acme.files().retrieve(brief.id()).expiresAt()).isEqualTo(brief.expiresAt());
    server.clock.advance(Duration.ofSeconds(3601));
    assertThat(server.get(server.acme, "/v1/files/" + brief.id()).body())
        .isEqualTo(
            JobsApiTest.error(
                "No such file: " + brief.id(), "invalid_request_error", "null", "not_found"));
    assertThat(server.get(server.acme, "/v1/files/" + brief.id() + "/content").statusCode())
        .isEqualTo(404);
    assertThatThrownBy(() -> acme.files().delete(brief.id())).isInstanceOf(NotFoundException.class);
    assertThat(acme.files().list().data()).extracting(FileObject::id).doesNotContain(brief.id());
    assertThat(
            server
                .post(
                    server.acme,
                    "/v1/fine_tuning/jobs",
                    "{\"model\":\"%s\",\"training_file\":\"%s\"}"
                        .formatted(ApiServer.BASE, brief.id()))
                .body())
        .contains("file_not_found");
  }

  @Test
  void delete_ofOneOfTwoEqualFiles_keepsTheBytesForTheOther() {
    String text = LINE.repeat(3);
    Path blob = folder.resolve("blobs/sha256");
    String hex = Digest.of(text).hex();
    Path stored = blob.resolve(hex.substring(0, 2)).resolve(hex);
    FileObject first = upload(acme, "first.jsonl", text);
    FileObject second = upload(globex, "second.jsonl", text);

    assertThat(acme.files().delete(first.id()).deleted()).isTrue();
    assertThat(stored).exists();
    assertThatThrownBy(() -> acme.files().retrieve(first.id()))
        .isInstanceOf(NotFoundException.class);

    globex.files().delete(second.id());
    assertThat(stored).doesNotExist();
  }

  @Test
  void anyCall_onAnotherTenantsFile_answersAsIfThereWereNone() {
    String id = upload(acme, "mine.jsonl", LINE).id();

    for (String path : List.of("/v1/files/%s", "/v1/files/%s/content")) {
      String own = server.get(server.globex, path.formatted(id)).body();
      String none = server.get(server.globex, path.formatted("file-none")).body();
      assertThat(own).isEqualTo(none.replace("file-none", id)).contains("No such file: " + id);
    }
    assertThatThrownBy(() -> globex.files().delete(id)).isInstanceOf(NotFoundException.class);
    assertThat(globex.files().list().data()).noneMatch(file -> file.id().equals(id));
    assertThat(acme.files().retrieve(id).id()).isEqualTo(id);
  }

  @Test
  void retrieve_afterItsScan_saysProcessedOrWhatIsWrong() {
    String good = upload(acme, "good.jsonl", LINE).id();
    String bad = upload(acme, "bad.jsonl", LINE).id();
    server.database.run(
        "update training_file set state = 'scanned', examples = 1 where id = $1", good);
    server.database.run(
        "update training_file set state = 'invalid', problem = 'line 1: no' where id = $1", bad);

    FileObject scanned = acme.files().retrieve(good);
    assertThat(scanned.status().asString()).isEqualTo("processed");
    assertThat(scanned._additionalProperties().get("safety"))
        .hasToString("{state=scanned, examples=1, source=unknown, origin=null, croissant=null}");
    FileObject invalid = acme.files().retrieve(bad);
    assertThat(invalid.status().asString()).isEqualTo("error");
    assertThat(invalid.statusDetails()).contains("line 1: no");
  }
}
