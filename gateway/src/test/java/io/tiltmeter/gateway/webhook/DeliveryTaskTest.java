package io.tiltmeter.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.errors.InvalidWebhookSignatureException;
import com.openai.models.webhooks.UnwrapWebhookEvent;
import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.bench.LogLines;
import io.tiltmeter.gateway.http.Json;
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
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events of jobs on their way to a real server. */
class DeliveryTaskTest {
  private static final Manifest MANIFEST =
      new Manifest(List.of(new PinnedFile("config.json", 2, Digest.of("{}"))));
  private static final WebhookSettings SETTINGS =
      new WebhookSettings(true, true, null, Duration.ofSeconds(5));

  @TempDir private Path folder;
  private final List<DeliveryTask.Outcome> outcomes = new ArrayList<>();
  private Bench bench;
  private Receiver receiver;
  private SecretBox box;
  private Endpoints endpoints;
  private DeliveryTask task;

  @BeforeEach
  void start() {
    bench = Bench.open();
    bench.base(MANIFEST);
    bench.artifacts.insert(bench.database, new Artifact(Artifact.Kind.MODEL, MANIFEST));
    receiver = Receiver.start();
    box = SecretBox.open(folder.resolve("webhooks.key"));
    endpoints = new Endpoints(box, bench.clock);
    WebhookSender sender = new WebhookSender(bench.vertx, SETTINGS, Resolver.SYSTEM, bench.clock);
    task =
        new DeliveryTask(
            bench.database,
            new DeliveryTask.Parts(bench.work, box, sender, bench.clock, new Random(3)),
            outcomes::add);
  }

  @AfterEach
  void stop() {
    receiver.close();
    bench.close();
  }

  private Endpoints.Issued endpoint(EventType... types) {
    EndpointRequest request =
        new EndpointRequest(
            "mine", receiver.url(), List.of(types).stream().map(EventType::wireName).toList());
    return bench.database.inTransaction(sql -> endpoints.create(sql, bench.tenant, request));
  }

  private Job cancelled(String id) {
    Job job = bench.inStage(id, MANIFEST.digest(), Stage.EVALUATING);
    bench.database.transact(sql -> bench.flow.cancel(sql, job));
    return job;
  }

  private void deliver() {
    task.run(bench.lease(WorkKind.DELIVER));
  }

  private String column(String name) {
    return bench
        .database
        .find(
            row -> String.valueOf(row.getValue(0)),
            "select %s from webhook_delivery order by created_at, id limit 1".formatted(name))
        .orElseThrow();
  }

  private String endpointColumn(String name) {
    return bench
        .database
        .find(
            row -> String.valueOf(row.getValue(0)),
            "select %s from webhook_endpoint".formatted(name))
        .orElseThrow();
  }

  @Test
  void run_ofACancelledJob_tellsItInTheFormThatTheOfficialSdkUnwraps() {
    Endpoints.Issued issued = endpoint(EventType.JOB_CANCELLED);
    Job job = cancelled("ftjob-1");
    deliver();

    Receiver.Received got = receiver.received().getFirst();
    UnwrapWebhookEvent event = got.unwrap(issued.secret().text());
    assertThat(event.fineTuningJobCancelled().orElseThrow().data().id()).isEqualTo(job.id());
    assertThat(event.fineTuningJobCancelled().orElseThrow().id())
        .startsWith("evt_")
        .isEqualTo(got.headers().get("webhook-id"));
    assertThat(Json.own(got.body()).propertyNames())
        .containsExactly("id", "object", "type", "created_at", "data");
    assertThat(got.path()).isEqualTo("/hooks?a=b");
    assertThat(got.headers()).containsEntry("content-type", "application/json");
    assertThat(outcomes).containsExactly(DeliveryTask.Outcome.DELIVERED);
    assertThat(column("state")).isEqualTo("delivered");
    assertThat(bench.isOpen(WorkKind.DELIVER, column("id"))).isFalse();
    assertThatThrownBy(() -> got.unwrap(SigningSecret.create().text()))
        .isInstanceOf(InvalidWebhookSignatureException.class);
  }

  @Test
  void publish_ofAnEventThatNobodyWants_keepsNothing() {
    endpoint(EventType.JOB_SUCCEEDED);
    cancelled("ftjob-1");

    assertThat(bench.count("select count(*) from webhook_event")).isZero();
  }

  @Test
  void publish_inATransactionThatFails_tellsNobody() {
    endpoint(EventType.JOB_CANCELLED);
    Job job = bench.inStage("ftjob-1", MANIFEST.digest(), Stage.EVALUATING);

    assertThatThrownBy(
            () ->
                bench.database.transact(
                    sql -> {
                      bench.flow.cancel(sql, job);
                      throw new IllegalStateException("a crash");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(bench.count("select count(*) from webhook_delivery")).isZero();
    assertThat(bench.count("select count(*) from work_item")).isZero();
  }

  @Test
  void publish_ofABlockedJob_tellsOfTheFailureOnceEvenIfItIsBlockedAgain() {
    endpoint(EventType.JOB_FAILED, EventType.JOB_BLOCKED, EventType.JOB_SUCCEEDED);
    Job job = bench.inStage("ftjob-1", MANIFEST.digest(), Stage.EVALUATING);
    Job.Failure failure = new Job.Failure("safety_gate_blocked", "lost refusals", null);
    for (int i = 0; i < 2; i++) {
      bench.database.transact(
          sql -> bench.flow.block(sql, job, EnumSet.of(Stage.EVALUATING), failure));
      bench.database.transact(sql -> bench.flow.released(sql, job, "ft:x"));
    }

    assertThat(
            bench.database.list(
                row -> row.getString(0), "select type from webhook_event order by type"))
        .containsExactly("fine_tuning.job.blocked", "fine_tuning.job.failed");
  }

  @Test
  void run_whereTheServerFails_sendsTheSameEventAgainLater() {
    Endpoints.Issued issued = endpoint(EventType.JOB_CANCELLED);
    cancelled("ftjob-1");
    receiver.answering(503);
    deliver();

    assertThat(outcomes).containsExactly(DeliveryTask.Outcome.RETRIED);
    assertThat(column("state") + column("status") + column("problem"))
        .isEqualTo("pending503the server answered 503");
    assertThat(endpointColumn("failing_since")).isNotEqualTo("null");
    bench.clock.advance(Duration.ofSeconds(11));
    receiver.answering(204);
    deliver();

    assertThat(column("state") + column("attempts")).isEqualTo("delivered2");
    assertThat(endpointColumn("failing_since")).isEqualTo("null");
    assertThat(receiver.received())
        .hasSize(2)
        .extracting(got -> got.headers().get("webhook-id"))
        .containsOnly(receiver.received().getFirst().headers().get("webhook-id"));
    assertThat(receiver.received().get(1).unwrap(issued.secret().text()).isValid()).isTrue();
    assertThat(receiver.received().get(1).headers().get("webhook-timestamp"))
        .isNotEqualTo(receiver.received().getFirst().headers().get("webhook-timestamp"));
  }

  @Test
  void run_whereTheServerRedirects_doesNotFollow() {
    endpoint(EventType.JOB_CANCELLED);
    cancelled("ftjob-1");
    receiver.answering(307);
    deliver();

    assertThat(receiver.received()).hasSize(1);
    assertThat(column("problem")).isEqualTo("the server answered 307");
  }

  @Test
  void run_whereNothingListens_isTriedForThreeDaysAndThenGivenUp() {
    endpoint(EventType.JOB_CANCELLED);
    cancelled("ftjob-1");
    receiver.close();
    deliver();
    assertThat(column("problem")).isEqualTo("no connection");

    bench.clock.advance(Retries.GIVE_UP);
    deliver();
    assertThat(column("state")).isEqualTo("failed");
    assertThat(outcomes).containsExactly(DeliveryTask.Outcome.RETRIED, DeliveryTask.Outcome.FAILED);
    assertThat(endpointColumn("disabled_for")).isEqualTo("null");
  }

  @Test
  void run_whereNothingArrivesForFiveDays_disablesTheEndpoint() {
    endpoint(EventType.JOB_CANCELLED);
    receiver.answering(500);
    cancelled("ftjob-1");
    deliver();
    bench.clock.advance(Retries.DISABLE);
    cancelled("ftjob-2");
    try (LogLines lines = LogLines.of(DeliveryTask.class)) {
      deliver();
      assertThat(lines.lines())
          .containsExactly(
              "webhook endpoint %s is disabled: FAILING".formatted(endpointColumn("id")));
    }

    assertThat(endpointColumn("disabled_for")).isEqualTo("failing");
    assertThat(bench.count("select count(*) from webhook_delivery where state = 'pending'"))
        .isZero();
    cancelled("ftjob-3");
    assertThat(bench.count("select count(*) from webhook_event")).isEqualTo(2);
  }

  @Test
  void run_whereTheServerIsGone_disablesTheEndpointAtOnce() {
    endpoint(EventType.JOB_CANCELLED);
    cancelled("ftjob-1");
    cancelled("ftjob-2");
    receiver.answering(410);
    deliver();

    assertThat(endpointColumn("disabled_for")).isEqualTo("gone");
    assertThat(outcomes).containsExactly(DeliveryTask.Outcome.DISABLED);
    deliver();
    assertThat(receiver.received()).hasSize(1);
    assertThat(
            bench.count(
                "select count(*) from webhook_delivery where problem = 'the endpoint was disabled'"))
        .isEqualTo(1);
  }

  @Test
  void run_afterARotation_carriesBothSignaturesForADay() {
    Endpoints.Issued old = endpoint(EventType.JOB_CANCELLED);
    Endpoints.Issued fresh =
        bench.database.inTransaction(
            sql -> endpoints.rotate(sql, bench.tenant, old.endpoint().id()));
    cancelled("ftjob-1");
    deliver();

    Receiver.Received both = receiver.received().getFirst();
    assertThat(both.headers().get("webhook-signature")).matches("v1,\\S+ v1,\\S+");
    assertThat(both.unwrap(old.secret().text()).isValid()).isTrue();
    assertThat(both.unwrap(fresh.secret().text()).isValid()).isTrue();
    bench.clock.advance(Endpoints.OVERLAP);
    cancelled("ftjob-2");
    deliver();
    Receiver.Received one = receiver.received().get(1);
    assertThat(one.unwrap(fresh.secret().text()).isValid()).isTrue();
    assertThatThrownBy(() -> one.unwrap(old.secret().text()))
        .isInstanceOf(InvalidWebhookSignatureException.class);
  }

  @Test
  void run_ofADeliveryWhoseEndpointWasDeleted_endsInSilence() {
    Endpoints.Issued issued = endpoint(EventType.JOB_CANCELLED);
    cancelled("ftjob-1");
    bench.database.transact(sql -> endpoints.delete(sql, bench.tenant, issued.endpoint().id()));
    deliver();

    assertThat(receiver.received()).isEmpty();
    assertThat(bench.count("select count(*) from work_item where done_at is null")).isZero();
  }

  @Test
  void secrets_inTheDatabase_areNotReadable() {
    Endpoints.Issued issued = endpoint(EventType.JOB_CANCELLED);

    assertThat(endpointColumn("webhook_endpoint::text"))
        .doesNotContain(issued.secret().text().substring(6));
    assertThat(endpointColumn("secret_hint")).isEqualTo(issued.secret().hint());
  }

  @Test
  void forget_ofOldEvents_keepsWhatIsStillToBeSent() {
    endpoint(EventType.JOB_CANCELLED);
    cancelled("ftjob-1");
    deliver();
    cancelled("ftjob-2");
    bench.clock.advance(Duration.ofDays(31));
    new DeliveryLog(bench.database, bench.clock).forget();

    assertThat(bench.database.list(row -> row.getString(0), "select object_id from webhook_event"))
        .containsExactly("ftjob-2");
    assertThat(bench.count("select count(*) from work_item where kind = 'deliver'")).isEqualTo(1);
  }
}
