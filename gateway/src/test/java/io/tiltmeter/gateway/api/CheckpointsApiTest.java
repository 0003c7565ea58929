package io.tiltmeter.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.policy.lineage.Digest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The last safe checkpoint of a job that is held for a block, as its customer sees it. */
class CheckpointsApiTest {
  private static ApiServer server;

  @BeforeAll
  static void start(@TempDir Path blobs) {
    server = ApiServer.start(blobs);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** A job of acme in this stage with a checkpoint in which no block was seen; its id. */
  private static String job(String name, String stage, String heldFor) {
    server.database.run(
        """
        insert into training_file (id, tenant_id, digest, bytes, filename, purpose, uploaded_by,
          uploaded_from, created_at, state)
        select $1, tenant_id, $2, 1, 'f', 'fine-tune', id, '::1', now(), 'scanned' from api_key
        where holder = 'acme'
        """,
        "file-" + name,
        Digest.of(name).toString());
    HttpResponse<String> created =
        server.post(
            server.acme,
            "/v1/fine_tuning/jobs",
            "{\"model\": \"%s\", \"training_file\": \"file-%s\"}".formatted(ApiServer.BASE, name));
    String id = Json.own(created.body()).path("id").asString("");
    assertThat(id).as(created.body()).startsWith("ftjob-");
    server.database.run(
        "update job set stage = $2, held_for = nullif($3, '') where id = $1", id, stage, heldFor);
    server.database.run(
        """
        insert into training_lease (id, job_id, tenant_id, key_id, trainer, token_hash, created_at,
          lease_until, ended_at, outcome)
        select $2, id, tenant_id, created_by, 't', 'h', now(), now(), now(), 'stopped' from job
        where id = $1
        """,
        id,
        "lease-" + name);
    server.database.run(
        """
        insert into training_checkpoint (id, lease_id, job_id, tenant_id, step, created_at, state,
          number, artifact_digest)
        select $2, $3, job.id, tenant_id, 8, now(), 'clear', 1, digest from job, artifact
        where job.id = $1
        """,
        id,
        "ftckpt_" + name,
        "lease-" + name);
    return id;
  }

  private static HttpResponse<String> accept(String key, String id, String name) {
    return server.post(
        key, "/v1/fine_tuning/jobs/%s/checkpoints/ftckpt_%s/accept".formatted(id, name), "");
  }

  private static JsonNode safety(String id) {
    return Json.own(server.get(server.acme, "/v1/fine_tuning/jobs/" + id).body()).path("safety");
  }

  @Test
  void safety_ofAHeldJob_namesTheOfferAndAcceptingItTakesItAway() {
    String id = job("offered", "held", "block");

    assertThat(safety(id).path("offer"))
        .isEqualTo(Json.own("{\"checkpoint\": \"ftckpt_offered\", \"step\": 8}"));
    HttpResponse<String> accepted = accept(server.acme, id, "offered");
    assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(200);
    JsonNode answer = Json.own(accepted.body());
    assertThat(answer.path("status").asString("")).isEqualTo("running");
    assertThat(answer.path("safety").path("stage").asString("")).isEqualTo("vetting");
    assertThat(answer.path("safety").path("offer").isNull()).isTrue();
    assertThat(safety(id).path("offer").isNull()).isTrue();
  }

  @Test
  void accept_whereNothingIsOffered_isAConflictThatIsNotTriedAgain() {
    String id = job("running", "training", "");
    HttpResponse<String> refused = accept(server.acme, id, "running");

    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.headers().firstValue("x-should-retry")).contains("false");
    assertThat(Json.own(refused.body()).path("error").path("code").asString(""))
        .isEqualTo("checkpoint_not_offered");
    assertThat(safety(id).path("offer").isNull()).isTrue();
  }

  @Test
  void accept_withAnotherTenantsKey_isNotFound() {
    String id = job("foreign", "held", "block");

    assertThat(accept(server.globex, id, "foreign").statusCode()).isEqualTo(404);
    assertThat(safety(id).path("offer").isObject()).isTrue();
  }
}
