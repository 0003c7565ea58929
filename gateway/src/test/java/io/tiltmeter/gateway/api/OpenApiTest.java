package io.tiltmeter.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.dashboards.reference.ApiReference;
import io.tiltmeter.gateway.openapi.OpenApi;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The OpenAPI document is true: every operation is driven, and each exchange is held against it.
 */
class OpenApiTest {
  @TempDir private Path folder;
  private final ApiContract contract = new ApiContract();

  /** Sends what acme sends, and checks it with its answer. */
  private HttpResponse<String> send(ApiWorld world, String method, String path, String body) {
    String key = path.contains("/permissions") ? world.admin : world.server.acme;
    HttpRequest.Builder request =
        world
            .server
            .request(key, path)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    HttpResponse<String> answer = world.server.send(request);
    String bare = path.replaceAll("\\?.*", "");
    contract.check(
        new ApiContract.Exchange(method, bare, body, answer.statusCode(), answer.body()));
    return answer;
  }

  private void form(ApiWorld world, String path, String parts) {
    HttpResponse<String> answer = world.form(path, parts);
    contract.check(new ApiContract.Exchange("POST", path, "", answer.statusCode(), answer.body()));
  }

  @Test
  void everyOperation_driven_isAsTheDocumentSays() {
    try (ApiWorld world = new ApiWorld(folder)) {
      files(world);
      jobs(world);
      graders(world);
      safety(world);
      webhooks(world);
    }

    assertThat(contract.succeeded()).isEqualTo(new TreeSet<>(contract.operations().keySet()));
  }

  private void files(ApiWorld world) {
    String file = "/v1/files/" + world.ids.get("file");
    String upload = "/v1/uploads/" + world.ids.get("upload");
    form(world, "/v1/files", "P:fine-tune,A:created_at,S:3600,F:{}");
    form(world, "/v1/files", "P:other,F:{}");
    send(world, "GET", "/v1/files?limit=1&order=asc", "");
    send(world, "GET", file, "");
    send(world, "GET", file + "/content", "");
    send(world, "GET", "/v1/files/" + world.ids.get("report"), "");
    send(world, "GET", "/v1/files/" + world.ids.get("report") + "/content", "");
    send(world, "GET", "/v1/files/file-none", "");
    send(world, "POST", "/v1/uploads", ApiWorld.uploadBody());
    form(world, upload + "/parts", "D:abc");
    send(world, "POST", upload + "/complete", "{\"part_ids\":[\"part_none\"]}");
    send(world, "POST", upload + "/cancel", "");
    completed(world);
  }

  private void completed(ApiWorld world) {
    String upload = "/v1/uploads/" + ApiWorld.id(world.post("/v1/uploads", ApiWorld.uploadBody()));
    String part = ApiWorld.id(world.form(upload + "/parts", "D:{}\n"));
    HttpResponse<String> answer =
        send(world, "POST", upload + "/complete", "{\"part_ids\":[\"%s\"]}".formatted(part));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private void jobs(ApiWorld world) {
    String held = ApiWorld.JOBS + world.ids.get("job");
    String order = world.jobBody();
    String job = ApiWorld.JOBS + ApiWorld.id(send(world, "POST", "/v1/fine_tuning/jobs", order));
    send(world, "POST", "/v1/fine_tuning/jobs", "{\"model\":\"none\",\"training_file\":\"f\"}");
    String validated =
        ApiWorld.id(send(world, "POST", "/v1/fine_tuning/jobs", world.jobBodyWithValidation()));
    send(world, "POST", ApiWorld.JOBS + validated + "/cancel", "");
    send(world, "GET", "/v1/fine_tuning/jobs?limit=2&metadata%5Ba%5D=b", "");
    send(world, "GET", "/v1/fine_tuning/jobs", "");
    send(world, "GET", held, "");
    send(world, "GET", ApiWorld.JOBS + world.ids.get("blocked"), "");
    send(world, "GET", held + "/events?limit=1", "");
    send(world, "GET", held + "/checkpoints", "");
    send(world, "POST", held + "/appeal", "{\"text\":\"It is a mistake.\"}");
    send(world, "POST", job + "/pause", "");
    send(world, "POST", job + "/resume", "");
    send(world, "POST", job + "/cancel", "");
    send(world, "POST", job + "/cancel", "");
    send(world, "POST", held + "/checkpoints/" + world.ids.get("checkpoint") + "/accept", "");
    permissions(world);
    send(world, "DELETE", "/v1/files/" + world.ids.get("file"), "");
  }

  private void permissions(ApiWorld world) {
    String permissions =
        "/v1/fine_tuning/checkpoints/%s/permissions".formatted(world.ids.get("named"));
    send(world, "POST", permissions, "{\"project_ids\":[\"proj_2\"]}");
    send(world, "GET", permissions + "?order=ascending", "");
    send(world, "DELETE", permissions + "/" + world.ids.get("permission"), "");
    send(world, "DELETE", permissions + "/cp_none", "");
  }

  private void graders(ApiWorld world) {
    String grader =
        "{\"type\":\"string_check\",\"name\":\"x\",\"input\":\"a\",\"reference\":\"a\",\"operation\":\"eq\"}";
    String graders = "/v1/fine_tuning/alpha/graders/";
    send(
        world, "POST", graders + "run", "{\"grader\":%s,\"model_sample\":\"b\"}".formatted(grader));
    send(world, "POST", graders + "run", "{}");
    send(world, "POST", graders + "validate", "{\"grader\":%s}".formatted(grader));
  }

  private void safety(ApiWorld world) {
    String model = world.ids.get("model");
    send(world, "GET", "/v1/safety/cases/" + world.ids.get("case"), "");
    send(world, "GET", "/v1/safety/alerts/" + world.ids.get("alert"), "");
    send(world, "GET", "/v1/safety/cases/none", "");
    send(world, "GET", "/v1/models", "");
    send(world, "GET", "/v1/models/" + model, "");
    send(world, "GET", "/v1/safety/models/" + model + "/attestation", "");
    send(world, "DELETE", "/v1/models/" + model, "");
    send(world, "DELETE", "/v1/models/" + model, "");
  }

  private void webhooks(ApiWorld world) {
    String endpoint = "/v1/webhook_endpoints/" + world.ids.get("endpoint");
    send(world, "GET", "/v1/webhook_event_types", "");
    send(world, "POST", "/v1/webhook_endpoints", world.endpointBody());
    send(world, "POST", "/v1/webhook_endpoints", "{\"name\":\"x\"}");
    send(world, "GET", "/v1/webhook_endpoints?limit=1", "");
    send(world, "GET", endpoint, "");
    send(world, "POST", endpoint, "{\"name\":\"other\",\"enabled\":true}");
    send(world, "POST", endpoint + "/test", "{\"event_type\":\"fine_tuning.job.failed\"}");
    send(world, "POST", endpoint + "/rotate_secret", "");
    send(world, "GET", endpoint + "/deliveries", "");
    send(world, "POST", endpoint + "/deliveries/" + world.ids.get("delivery") + "/replay", "");
    send(world, "DELETE", endpoint, "");
  }

  @Test
  void operations_ofTheDocument_areTheRoutes() {
    try (ApiWorld world = new ApiWorld(folder)) {
      assertThat(contract.operations().values())
          .containsExactlyInAnyOrderElementsOf(world.server.operations());
    }
  }

  @Test
  void references_inTheDocument_leadSomewhere() {
    List<String> references = OpenApi.SHIPPED.tree().findValuesAsString("$ref");

    assertThat(references).hasSizeGreaterThan(100);
    assertThat(references)
        .allSatisfy(
            reference ->
                assertThat(OpenApi.SHIPPED.tree().at(reference.substring(1)).isMissingNode())
                    .as(reference)
                    .isFalse());
  }

  @Test
  void reference_ofTheDocument_hasEveryOperationOnce() {
    assertThat(
            OpenApi.SHIPPED.reference().groups().stream()
                .flatMap(group -> group.operations().stream())
                .map(ApiReference.Operation::id))
        .containsExactlyInAnyOrderElementsOf(contract.operations().keySet());
  }
}
