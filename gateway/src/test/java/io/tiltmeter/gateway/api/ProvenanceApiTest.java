package io.tiltmeter.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FileObject;
import com.openai.models.files.FilePurpose;
import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What uploads say of where their rows come from, as the official SDK sends it. */
@SuppressWarnings("deprecation") // OpenAI calls a file's status deprecated, and with it the rest.
class ProvenanceApiTest {
  private static final String LINE = "{\"messages\":[]}\n";

  @TempDir static Path folder;
  private static ApiServer server;

  @BeforeAll
  static void start() {
    server = ApiServer.start(folder.resolve("blobs"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static FileObject upload(Map<String, String> members) {
    try {
      Path file = Files.writeString(folder.resolve("a.jsonl"), LINE);
      FileCreateParams.Builder form =
          FileCreateParams.builder().file(file).purpose(FilePurpose.FINE_TUNE);
      members.forEach((name, value) -> form.putAdditionalBodyProperty(name, JsonValue.from(value)));
      return server.client(server.acme).files().create(form.build());
    } catch (IOException e) {
      throw new IllegalStateException("no file to upload", e);
    }
  }

  private static String croissant(String sha256, String size) {
    return """
        {"@context": {"@vocab": "https://schema.org/"}, "@type": "sc:Dataset",
         "conformsTo": "http://mlcommons.org/croissant/1.0", "name": "support",
         "license": "https://creativecommons.org/licenses/by/4.0/",
         "distribution": [{"@type": "cr:FileObject", "@id": "a", "name": "a.jsonl",
           "contentUrl": "a.jsonl", "encodingFormat": "application/jsonlines",
           "contentSize": "%s", "sha256": "%s"}]}
        """
        .formatted(size, sha256);
  }

  private static String safety(FileObject file) {
    return String.valueOf(file._additionalProperties().get("safety"));
  }

  private static void assertRefused(Map<String, String> members, String message) {
    assertThatThrownBy(() -> upload(members))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining(message);
  }

  @Test
  void create_withoutAnything_isOfUnknownSource() {
    assertThat(safety(upload(Map.of()))).contains("source=unknown", "origin=null");
  }

  @Test
  void create_withSourceAndOrigin_keepsAndTellsThem() {
    FileObject file =
        upload(
            Map.of(
                "tiltmeter_source", "user_influenced",
                "tiltmeter_origin", "https://example.org/exports/7"));

    assertThat(safety(file))
        .contains("source=user_influenced", "origin=https://example.org/exports/7");
    assertThat(new AuditStore(server.clock).after(server.database, 0, 1000))
        .filteredOn(entry -> entry.subject().equals(file.id()))
        .extracting(AuditEntry::action, entry -> entry.details().get("source"))
        .containsExactly(tuple("quarantine-file", "user_influenced"));
  }

  @Test
  void create_withASourceThatIsNone_namesTheOnesThereAre() {
    assertRefused(
        Map.of("tiltmeter_source", "elsewhere"),
        "expected one of curated, licensed, synthetic, user_influenced, web, unknown");
  }

  @Test
  void create_withAnOriginThatIsTooLong_isRefused() {
    assertRefused(Map.of("tiltmeter_origin", "x".repeat(501)), "of 1 to 500 characters");
  }

  @Test
  void create_withCroissantOfTheseBytes_keepsIt() {
    String metadata = croissant(Digest.of(LINE).hex(), LINE.length() + " B");

    assertThat(safety(upload(Map.of("tiltmeter_croissant", metadata))))
        .contains("croissant=" + Digest.of(metadata));
  }

  @Test
  void create_withCroissantOfOtherBytes_saysWhatWasExpected() {
    assertRefused(
        Map.of("tiltmeter_croissant", croissant("ab".repeat(32), "16 B")),
        "distribution: expected an entry with the file's sha256 %s, found \"%s\""
            .formatted(Digest.of(LINE).hex(), "ab".repeat(32)));
  }

  @Test
  void create_withCroissantOfAnotherSize_saysWhatWasExpected() {
    assertRefused(
        Map.of("tiltmeter_croissant", croissant(Digest.of(LINE).hex(), "1.2 MB")),
        "contentSize: expected \"%d B\", the file's size in bytes, found \"1.2 MB\""
            .formatted(LINE.length()));
  }

  @Test
  void create_withCroissantThatIsNone_namesEveryProblem() {
    assertRefused(
        Map.of("tiltmeter_croissant", "{\"@type\": \"sc:Person\"}"),
        "@type: expected sc:Dataset, found \"sc:Person\"; conformsTo: expected"
            + " http://mlcommons.org/croissant/1.0 or /1.1, found nothing; name: expected the data"
            + " set's name, found nothing; distribution: expected an entry of @type cr:FileObject");
    assertRefused(
        Map.of("tiltmeter_croissant", "{no"), "expected JSON; could not read it at line 1, column");
  }
}
