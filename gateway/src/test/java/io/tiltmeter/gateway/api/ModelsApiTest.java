package io.tiltmeter.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.errors.NotFoundException;
import com.openai.errors.PermissionDeniedException;
import com.openai.models.models.Model;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models, as the official SDK reads them. */
class ModelsApiTest {
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

  private static String release(String id) {
    return server.release(id, "gate");
  }

  @Test
  void list_holdsTheBasesAndTheOwnTunes() {
    String tuned = release("list");

    assertThat(acme.models().list().data()).extracting(Model::id).contains(ApiServer.BASE, tuned);
    assertThat(globex.models().list().data()).extracting(Model::id).containsExactly(ApiServer.BASE);
    Model model = acme.models().retrieve(tuned);
    assertThat(model.ownedBy()).isEqualTo("acme");
    assertThat(acme.models().retrieve(ApiServer.BASE).ownedBy()).isEqualTo("system");
  }

  @Test
  void attestation_ofAnOwnModel_isTheSignedEnvelope() {
    String path = "/v1/safety/models/%s/attestation".formatted(release("attested"));

    assertThat(server.get(server.acme, path).body()).isEqualTo(ApiServer.ATTESTATION);
    assertThat(server.get(server.globex, path).statusCode()).isEqualTo(404);
  }

  @Test
  void delete_ofAnOwnModel_takesItBackForGood() {
    String tuned = release("deleted");

    assertThatThrownBy(() -> globex.models().delete(tuned))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("The model '%s' does not exist.", tuned);
    assertThat(acme.models().delete(tuned).deleted()).isTrue();
    assertThatThrownBy(() -> acme.models().retrieve(tuned)).isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> acme.models().delete(ApiServer.BASE))
        .isInstanceOf(PermissionDeniedException.class)
        .hasMessageContaining("only your own fine-tuned models can be deleted");
  }

  @Test
  void retrieve_ofANameWithASlash_isNotFound() {
    assertThat(server.get(server.acme, "/v1/models/acme%2Fbase").body())
        .isEqualTo(
            JobsApiTest.error(
                "The model 'acme/base' does not exist.",
                "invalid_request_error",
                "\"model\"",
                "model_not_found"));
  }
}
