package io.tiltmeter.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.lineage.Charge;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Tuning a released model further. */
class LineageApiTest {
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

  private static HttpResponse<String> create(String key, String model, String file) {
    return server.post(
        key,
        "/v1/fine_tuning/jobs",
        "{\"model\": \"%s\", \"training_file\": \"file-%s\"}".formatted(model, file));
  }

  private static void assertRefused(HttpResponse<String> response, String code, String message) {
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body())
        .isEqualTo(JobsApiTest.error(message, "invalid_request_error", "\"model\"", code));
  }

  @Test
  void create_ofAReleasedModelsTune_namesItAndKeepsTheRoot() {
    String parent = server.release("parent", "gate");

    HttpResponse<String> response = create(server.acme, parent, "parent");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    JsonNode job = Json.own(response.body());
    assertThat(job.path("model").asString("")).isEqualTo(parent);
    assertThat(
            count("job where id = $1 and base_model = 'tiny-chat' and start_digest is null", job))
        .isOne();
    assertThat(count("work_item where kind = 'merge' and subject = $1", job)).isOne();
  }

  private static long count(String from, JsonNode job) {
    return server
        .database
        .find(row -> row.getLong(0), "select count(*) from " + from, job.path("id").asString(""))
        .orElseThrow();
  }

  @Test
  void create_ofAModelWhoseWeightsAreThere_startsFromThem() {
    String parent = server.release("whole", "gate");
    server.database.run(
        """
        insert into whole_weights (base_digest, artifact_digest, whole_digest)
        select digest, digest, digest from artifact on conflict do nothing
        """);
    try {
      JsonNode job = Json.own(create(server.acme, parent, "whole").body());
      assertThat(count("job where id = $1 and start_digest is not null", job)).isOne();
      assertThat(count("work_item where kind = 'merge' and subject = $1", job)).isZero();
    } finally {
      server.database.run("delete from whole_weights");
    }
  }

  @Test
  void create_ofAnotherTenantsModelsTune_isRefusedLikeOneOfNone() {
    String parent = server.release("foreign", "gate");

    assertRefused(
        create(server.globex, parent, "foreign"),
        "model_not_found",
        "The model '%s' does not exist or cannot be fine-tuned.".formatted(parent));
  }

  @Test
  void create_ofADeletedModelsTune_isRefused() {
    String parent = server.release("gone", "gate");
    server.client(server.acme).models().delete(parent);

    assertRefused(
        create(server.acme, parent, "gone"),
        "model_not_found",
        "The model '%s' does not exist or cannot be fine-tuned.".formatted(parent));
  }

  @Test
  void create_ofATuneOfAModelThatPeopleLetOut_isRefused() {
    String parent = server.release("override", "override");

    assertRefused(
        create(server.acme, parent, "override"),
        "parent_not_passed",
        ("The model '%s' was released by people, against the safety gate, and cannot be fine-tuned"
                + " further; name the base 'tiny-chat', or a model that passed the gate.")
            .formatted(parent));
  }

  @Test
  void create_withASpentBudget_isRefusedAndSaysHowMuch() {
    server.release("spent", "override");
    server.ledger.charge(
        server.database,
        "ftjob-spent",
        server
            .database
            .find(row -> row.getUUID("id"), "select id from tenant where name = 'acme'")
            .orElseThrow(),
        new Charge(10.5, Map.of(), 0));
    try {
      HttpResponse<String> response = create(server.acme, ApiServer.BASE, "spent");
      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(response.body())
          .isEqualTo(
              JobsApiTest.error(
                  "The safety budget of this organisation is spent: its released models may have"
                      + " lost 10.50 in sum, and 10.00 are allowed. It recovers with time; ask"
                      + " whoever runs this service for more.",
                  "invalid_request_error",
                  "null",
                  "lineage_budget_spent"));
    } finally {
      server.database.run("delete from lineage_charge");
    }
  }
}
