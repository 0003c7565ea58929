package io.tiltmeter.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.key.KeyStore;
import io.tiltmeter.gateway.webhook.DeliveryTask;
import io.tiltmeter.gateway.webhook.Receiver;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** A server where the tenant acme has one of everything that the API names. */
final class ApiWorld implements AutoCloseable {
  static final String JOBS = "/v1/fine_tuning/jobs/";

  final ApiServer server;
  final String admin;
  final String foreignAdmin;

  /** Ids of acme's things, by the names that paths have for them. */
  final Map<String, String> ids = new HashMap<>();

  private final Receiver receiver = Receiver.start();

  ApiWorld(Path folder) {
    server = ApiServer.start(folder.resolve("blobs"));
    KeyStore keys = new KeyStore(server.clock);
    admin = keys.createForTenant(server.database, "acme", true).secret();
    foreignAdmin = keys.createForTenant(server.database, "globex", true).secret();
    ids.put("file", id(form("/v1/files", "P:fine-tune,F:{}")));
    ids.put("upload", id(post("/v1/uploads", uploadBody())));
    AcmeJob held = AcmeJob.create(server, "held").in("held", "block");
    held.lease();
    held.checkpoint("ftckpt_held", 8, "clear");
    ids.put("job", held.id());
    ids.put("case", held.openCase("block"));
    ids.put("alert", "alert_held");
    AcmeJob blocked = AcmeJob.create(server, "blocked").blocked();
    ids.put("blocked", blocked.id());
    ids.put("report", blocked.report());
    ids.put("checkpoint", "ftckpt_held");
    ids.put(
        "named",
        "ft:%s:acme::%s:ckpt-step-8".formatted(ApiServer.BASE, held.id().substring(6, 14)));
    ids.put("model", server.release("aaaaaaaa", "gate"));
    ids.put("endpoint", id(post("/v1/webhook_endpoints", endpointBody())));
    ids.put("delivery", delivery());
    ids.put("permission", permission());
  }

  static String uploadBody() {
    return """
        {"filename":"a.jsonl","purpose":"fine-tune","bytes":3,"mime_type":"application/jsonl"}
        """;
  }

  String endpointBody() {
    return "{\"name\":\"mine\",\"url\":\"%s\",\"event_types\":[\"fine_tuning.job.cancelled\"]}"
        .formatted(receiver.url());
  }

  /** An order of a job with acme's file. */
  String jobBody() {
    return "{\"model\":\"%s\",\"training_file\":\"%s\"}".formatted(ApiServer.BASE, ids.get("file"));
  }

  /** The same, measured on the same file. */
  String jobBodyWithValidation() {
    return "{\"model\":\"%1$s\",\"training_file\":\"%2$s\",\"validation_file\":\"%2$s\",\"integrations\":[]}"
        .formatted(ApiServer.BASE, ids.get("file"));
  }

  HttpResponse<String> post(String path, String body) {
    return server.post(server.acme, path, body);
  }

  /** Sends a form of acme's. */
  HttpResponse<String> form(String path, String parts) {
    return server.send(
        server
            .request(server.acme, path)
            .header("Content-Type", Form.TYPE)
            .POST(BodyPublishers.ofString(Form.of(parts))));
  }

  /** The id in an answer that is as it should be. */
  static String id(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.own(answer.body()).path("id").asString();
  }

  /** A message about a job that was cancelled, delivered. */
  private String delivery() {
    AcmeJob cancelled = AcmeJob.create(server, "cancelled");
    cancelled.post("cancel", "");
    WorkStore work = new WorkStore(server.clock);
    new DeliveryTask(
            server.database,
            new DeliveryTask.Parts(
                work, server.secrets, server.sender, server.clock, new Random(5)),
            _ -> {})
        .run(
            work.lease(server.database, Set.of(WorkKind.DELIVER), "test", Duration.ofSeconds(30))
                .orElseThrow());
    JsonNode deliveries =
        Json.own(
            server
                .get(
                    server.acme,
                    "/v1/webhook_endpoints/%s/deliveries".formatted(ids.get("endpoint")))
                .body());
    return deliveries.at("/data/0/id").asString();
  }

  private String permission() {
    HttpResponse<String> given =
        server.post(
            admin,
            "/v1/fine_tuning/checkpoints/%s/permissions".formatted(ids.get("named")),
            "{\"project_ids\": [\"proj_1\"]}");
    assertThat(given.statusCode()).as(given.body()).isEqualTo(200);
    return Json.own(given.body()).at("/data/0/id").asString();
  }

  @Override
  public void close() {
    receiver.close();
    server.close();
  }
}
