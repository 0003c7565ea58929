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

  /** As a release leaves it. */
  private static String release(String id) {
    String name = "ft:%s:acme::%s".formatted(ApiServer.BASE, id);
    server.database.run(
        """
        insert into training_file (id, tenant_id, digest, bytes, filename, purpose, uploaded_by,
          uploaded_from, created_at, state)
        select $1, tenant_id, $1, 1, 'f', 'fine-tune', id, '::1', now(), 'scanned' from api_key
        where holder = 'acme'
        """,
        "file-" + id);
    server.database.run(
        "insert into policy (digest, name, text, created_at) values ('p', 'p', 'p', now()) on"
            + " conflict do nothing");
    server.database.run(
        """
        insert into job (id, tenant_id, base_model, file_id, created_by, seed, method,
          hyperparameters, policy_digest, request_digest, stage, created_at, stage_at)
        select $1, tenant_id, $2, id, uploaded_by, 1, 'supervised', '{}', 'p', 'r', 'released',
          now(), now() from training_file where id = $3
        """,
        "ftjob-" + id,
        ApiServer.BASE,
        "file-" + id);
    server.database.run(
        """
        insert into released_model (name, tenant_id, job_id, artifact_digest, released_by,
          attestation, created_at)
        select $1, job.tenant_id, job.id, artifact.digest, 'gate', '{"payload":"e30="}', now()
        from job, artifact where job.id = $2
        """,
        name,
        "ftjob-" + id);
    return name;
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

    assertThat(server.get(server.acme, path).body()).isEqualTo("{\"payload\":\"e30=\"}");
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
