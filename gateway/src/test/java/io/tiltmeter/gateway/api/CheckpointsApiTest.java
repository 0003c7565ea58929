package io.tiltmeter.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.http.Json;
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
    AcmeJob job = AcmeJob.create(server, name).in(stage, heldFor);
    String lease = job.lease();
    job.checkpoint("ftckpt_" + name, 8, "clear");
    server.database.run(
        "update training_lease set ended_at = now(), outcome = 'stopped' where id = $1", lease);
    return job.id();
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
