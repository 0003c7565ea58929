package io.tiltmeter.gateway.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.scan.ScanVersions;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.key.Scope;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Cases on training files, and how far rescans are, as staff's own programs see them. */
class DatasetHandlerTest {
  private static OpsServer server;
  private static String operator;
  private static String reviewer;

  @BeforeAll
  static void start() {
    server = new OpsServer();
    operator = key("ann", Scope.OPERATE);
    reviewer = key("bob", Scope.REVIEW);
    server.bench.base(new Manifest(List.of(new PinnedFile("config.json", 2, Digest.of("{}")))));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String key(String person, Scope scope) {
    return server.bench.keys.createForStaff(server.bench.database, person, Set.of(scope)).secret();
  }

  /** A file that was scanned, with a case on it. */
  private static String openCase() {
    Job job = server.bench.scanning(NewId.of("ftjob-"));
    String id = NewId.of("dcase_");
    server.bench.database.run(
        "update training_file set state = 'scanned' where id = $1", job.fileId());
    server.bench.database.run(
        """
        insert into dataset_case (id, file_id, tenant_id, scan, reasons, evidence_digest, opened_at)
        values ($1, $2, $3, 2, '{"before": 1, "after": 2}', $4, $5)
        """,
        id,
        job.fileId(),
        job.tenantId(),
        Digest.of(id).toString(),
        server.bench.clock.instant());
    return id;
  }

  private static JsonNode json(HttpResponse<String> response) {
    return Json.own(response.body());
  }

  @Test
  void rescans_forAnOperator_sayWhatIsLeftAndWithWhichVersions() {
    openCase();

    JsonNode progress = json(server.get(operator, "/ops/v1/rescans"));

    assertThat(progress.path("on").asBoolean()).isTrue();
    assertThat(progress.path("left").asLong())
        .isPositive()
        .isEqualTo(progress.path("files").asLong());
    assertThat(progress.path("failed").asLong()).isZero();
    assertThat(progress.path("versions_digest").asString())
        .isEqualTo(ScanVersions.CURRENT.digest().toString());
    assertThat(progress.path("versions").path("flood").asString()).startsWith("flood-");
    assertThat(server.get(reviewer, "/ops/v1/rescans").statusCode()).isEqualTo(403);
  }

  @Test
  void close_withAReason_closesTheCaseForGood() {
    String id = openCase();
    String path = "/ops/v1/dataset-cases/" + id;
    assertThat(server.get(reviewer, "/ops/v1/dataset-cases").body()).contains(id);
    assertThat(json(server.get(reviewer, path)).path("reasons").path("after").asInt()).isEqualTo(2);

    JsonNode closed =
        json(server.post(reviewer, path + "/close", "{\"reason\": \"The model was taken back\"}"));

    assertThat(closed.path("person").asString()).isEqualTo("bob");
    assertThat(server.get(reviewer, "/ops/v1/dataset-cases").body()).doesNotContain(id);
    assertThat(
            server
                .post(reviewer, path + "/close", "{\"reason\": \"Once more, for good\"}")
                .statusCode())
        .isEqualTo(409);
  }

  @Test
  void close_withoutAReasonOrACase_saysWhatIsExpected() {
    String path = "/ops/v1/dataset-cases/" + openCase();

    assertThat(server.post(reviewer, path + "/close", "{\"reason\": \"no\"}").body())
        .contains("expected a reason of 10 to 4000 characters");
    assertThat(server.post(reviewer, path + "/close", "{}").statusCode()).isEqualTo(400);
    assertThat(
            server
                .post(
                    reviewer,
                    "/ops/v1/dataset-cases/dcase_none/close",
                    "{\"reason\": \"Nothing is here\"}")
                .statusCode())
        .isEqualTo(404);
    assertThat(
            server.post(operator, path + "/close", "{\"reason\": \"Not a reviewer\"}").statusCode())
        .isEqualTo(403);
  }
}
