package io.tiltmeter.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.job.EventStore;
import io.tiltmeter.gateway.job.HeldFor;
import io.tiltmeter.gateway.job.JobFlow;
import io.tiltmeter.gateway.job.JobStore;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.review.HeldBack;
import io.tiltmeter.policy.lineage.Digest;
import java.net.http.HttpResponse;
import java.util.EnumSet;
import tools.jackson.databind.JsonNode;

/** A job of acme, made over the API and put where a test needs it. */
record AcmeJob(ApiServer server, String name, String id) {

  static AcmeJob create(ApiServer server, String name) {
    server.database.run(
        """
        insert into training_file (id, tenant_id, digest, bytes, filename, purpose, uploaded_by,
          uploaded_from, created_at, state)
        select $1, tenant_id, $2, 1, 'f', 'fine-tune', id, '::1', now(), 'scanned' from api_key
        where holder = 'acme' limit 1
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
    return new AcmeJob(server, name, id);
  }

  /**
   * Puts it into a stage.
   *
   * @param heldFor empty unless it is held
   */
  AcmeJob in(String stage, String heldFor) {
    server.database.run(
        "update job set stage = $2, held_for = nullif($3, '') where id = $1", id, stage, heldFor);
    return this;
  }

  /** Blocks it for its training file, as a scan does. */
  AcmeJob blocked() {
    JobStore jobs = new JobStore(server.clock);
    JobFlow flow = new JobFlow(jobs, new EventStore(server.clock), (_, _) -> {});
    server.database.transact(
        sql ->
            flow.block(
                sql,
                jobs.lock(sql, id).orElseThrow(),
                EnumSet.of(Stage.SCANNING),
                HeldBack.failure(HeldFor.DATASET)));
    return this;
  }

  /** The id of the report on it. */
  String report() {
    JsonNode files = read().path("result_files");
    assertThat(files).hasSize(1);
    return files.path(0).asString();
  }

  /** Gives it a lease that runs; its id. */
  String lease() {
    String lease = "lease-" + name;
    server.database.run(
        """
        insert into training_lease (id, job_id, tenant_id, key_id, trainer, token_hash, created_at,
          lease_until)
        select $2, id, tenant_id, created_by, 't', 'h', now(), now() from job where id = $1
        """,
        id,
        lease);
    return lease;
  }

  /** Gives it a checkpoint under its lease, of which this is known. */
  void checkpoint(String checkpoint, long step, String state) {
    server.database.run(
        """
        insert into training_checkpoint (id, lease_id, job_id, tenant_id, step, loss, created_at,
          state, number, artifact_digest)
        select $2, $3, job.id, tenant_id, $4, 0.5, $6, $5, 1, digest from job, artifact
        where job.id = $1
        """,
        id,
        checkpoint,
        "lease-" + name,
        step,
        state,
        server.clock.instant());
  }

  /** Opens a case on it; its id. */
  String openCase(String kind) {
    String on = "case_" + name;
    server.database.run(
        """
        insert into review_case (id, job_id, tenant_id, kind, reasons, evidence_digest, opened_at)
        select $2, id, tenant_id, $3, '{}', $4, $5 from job where id = $1
        """,
        id,
        on,
        kind,
        Digest.of(on).toString(),
        server.clock.instant());
    return on;
  }

  HttpResponse<String> post(String action, String body) {
    return server.post(server.acme, "/v1/fine_tuning/jobs/%s/%s".formatted(id, action), body);
  }

  JsonNode read() {
    return Json.own(server.get(server.acme, "/v1/fine_tuning/jobs/" + id).body());
  }

  String column(String name) {
    return server
        .database
        .find(
            row -> String.valueOf(row.getValue(0)),
            "select %s from job where id = $1".formatted(name),
            id)
        .orElseThrow();
  }

  static JsonNode error(HttpResponse<String> answer) {
    return Json.own(answer.body()).path("error");
  }
}
