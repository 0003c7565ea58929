package io.tiltmeter.gateway.webhook;

import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.model.Artifact;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A bench whose tenant has a server on loopback, and what sends to it. */
final class WebhookBench implements AutoCloseable {
  private static final Manifest MANIFEST =
      new Manifest(List.of(new PinnedFile("config.json", 2, Digest.of("{}"))));
  private static final WebhookSettings SETTINGS =
      new WebhookSettings(true, true, null, Duration.ofSeconds(5));

  final Bench bench = Bench.open();
  final Receiver receiver = Receiver.start();
  final List<DeliveryTask.Outcome> outcomes = new ArrayList<>();
  final Endpoints endpoints;
  private final DeliveryTask task;

  WebhookBench(Path folder) {
    bench.base(MANIFEST);
    bench.artifacts.insert(bench.database, new Artifact(Artifact.Kind.MODEL, MANIFEST));
    SecretBox box = SecretBox.open(folder.resolve("webhooks.key"));
    endpoints = new Endpoints(box, bench.clock);
    WebhookSender sender = new WebhookSender(bench.vertx, SETTINGS, Resolver.SYSTEM, bench.clock);
    task =
        new DeliveryTask(
            bench.database,
            new DeliveryTask.Parts(bench.work, box, sender, bench.clock, new Random(3)),
            outcomes::add);
  }

  /** Makes an endpoint for these events. */
  Endpoints.Issued endpoint(EventType... types) {
    return bench.database.inTransaction(sql -> endpoints.create(sql, bench.tenant, request(types)));
  }

  EndpointRequest request(EventType... types) {
    return new EndpointRequest(
        "mine", receiver.url(), List.of(types).stream().map(EventType::wireName).toList());
  }

  /** A job that is evaluated. */
  Job evaluating(String id) {
    return bench.inStage(id, MANIFEST.digest(), Stage.EVALUATING);
  }

  /** A job that was cancelled, of which endpoints hear. */
  Job cancelled(String id) {
    Job job = evaluating(id);
    bench.database.transact(sql -> bench.flow.cancel(sql, job));
    return job;
  }

  /** Does the delivery that is due. */
  void deliver() {
    task.run(bench.lease(WorkKind.DELIVER));
  }

  /** A column of the oldest delivery. */
  String ofDelivery(String column) {
    return column("select %s from webhook_delivery order by created_at, id limit 1", column);
  }

  /** A column of the one endpoint. */
  String ofEndpoint(String column) {
    return column("select %s from webhook_endpoint", column);
  }

  private String column(String query, String column) {
    return bench
        .database
        .find(row -> String.valueOf(row.getValue(0)), query.formatted(column))
        .orElseThrow();
  }

  @Override
  public void close() {
    receiver.close();
    bench.close();
  }
}
