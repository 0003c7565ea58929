package io.tiltmeter.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.errors.InvalidWebhookSignatureException;
import com.openai.models.webhooks.UnwrapWebhookEvent;
import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.bench.LogLines;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.work.WorkKind;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events on their way to a real server. */
class DeliveryTaskTest {
  @TempDir private Path folder;
  private WebhookBench hooks;
  private Bench bench;

  @BeforeEach
  void start() {
    hooks = new WebhookBench(folder);
    bench = hooks.bench;
  }

  @AfterEach
  void stop() {
    hooks.close();
  }

  @Test
  void run_ofACancelledJob_tellsItInTheFormThatTheOfficialSdkUnwraps() {
    Endpoints.Issued issued = hooks.endpoint(EventType.JOB_CANCELLED);
    Job job = hooks.cancelled("ftjob-1");
    hooks.deliver();

    Receiver.Received got = hooks.receiver.received().getFirst();
    UnwrapWebhookEvent event = got.unwrap(issued.secret().text());
    assertThat(event.fineTuningJobCancelled().orElseThrow().data().id()).isEqualTo(job.id());
    assertThat(event.fineTuningJobCancelled().orElseThrow().id())
        .startsWith("evt_")
        .isEqualTo(got.headers().get("webhook-id"));
    assertThat(Json.own(got.body()).propertyNames())
        .containsExactly("id", "object", "type", "created_at", "data");
    assertThat(got.path()).isEqualTo("/hooks?a=b");
    assertThat(got.headers()).containsEntry("content-type", "application/json");
    assertThat(hooks.outcomes).containsExactly(DeliveryTask.Outcome.DELIVERED);
    assertThat(hooks.ofDelivery("state")).isEqualTo("delivered");
    assertThat(bench.isOpen(WorkKind.DELIVER, hooks.ofDelivery("id"))).isFalse();
    assertThatThrownBy(() -> got.unwrap(SigningSecret.create().text()))
        .isInstanceOf(InvalidWebhookSignatureException.class);
  }

  @Test
  void run_whereTheServerFails_sendsTheSameEventAgainLater() {
    Endpoints.Issued issued = hooks.endpoint(EventType.JOB_CANCELLED);
    hooks.cancelled("ftjob-1");
    hooks.receiver.answering(503);
    hooks.deliver();

    assertThat(hooks.outcomes).containsExactly(DeliveryTask.Outcome.RETRIED);
    assertThat(hooks.ofDelivery("state") + hooks.ofDelivery("status") + hooks.ofDelivery("problem"))
        .isEqualTo("pending503the server answered 503");
    assertThat(hooks.ofEndpoint("failing_since")).isNotEqualTo("null");
    bench.clock.advance(Duration.ofSeconds(11));
    hooks.receiver.answering(204);
    hooks.deliver();

    assertThat(hooks.ofDelivery("state") + hooks.ofDelivery("attempts")).isEqualTo("delivered2");
    assertThat(hooks.ofEndpoint("failing_since")).isEqualTo("null");
    assertThat(hooks.receiver.received())
        .hasSize(2)
        .extracting(got -> got.headers().get("webhook-id"))
        .containsOnly(hooks.receiver.received().getFirst().headers().get("webhook-id"));
    assertThat(hooks.receiver.received().get(1).unwrap(issued.secret().text()).isValid()).isTrue();
    assertThat(hooks.receiver.received().get(1).headers().get("webhook-timestamp"))
        .isNotEqualTo(hooks.receiver.received().getFirst().headers().get("webhook-timestamp"));
  }

  @Test
  void run_toAServerThatHasJustFailed_waitsWithoutAsking() {
    hooks.endpoint(EventType.JOB_CANCELLED);
    hooks.cancelled("ftjob-1");
    hooks.cancelled("ftjob-2");
    hooks.receiver.answering(500);
    hooks.deliver();
    hooks.deliver();

    assertThat(hooks.receiver.received()).hasSize(1);
    assertThat(hooks.outcomes).containsExactly(DeliveryTask.Outcome.RETRIED);
    assertThat(
            bench.count(
                "select count(*) from webhook_delivery, webhook_endpoint where next_at = retry_at"))
        .isEqualTo(1);
    hooks.receiver.answering(200);
    bench.clock.advance(Duration.ofSeconds(11));
    hooks.deliver();
    hooks.deliver();
    assertThat(hooks.receiver.received()).hasSize(3);
    assertThat(hooks.ofEndpoint("failures")).isEqualTo("0");
  }

  @Test
  void run_whereTheServerRedirects_doesNotFollow() {
    hooks.endpoint(EventType.JOB_CANCELLED);
    hooks.cancelled("ftjob-1");
    hooks.receiver.answering(307);
    hooks.deliver();

    assertThat(hooks.receiver.received()).hasSize(1);
    assertThat(hooks.ofDelivery("problem")).isEqualTo("the server answered 307");
  }

  @Test
  void run_whereNothingListens_isTriedForThreeDaysAndThenGivenUp() {
    hooks.endpoint(EventType.JOB_CANCELLED);
    hooks.cancelled("ftjob-1");
    hooks.receiver.close();
    hooks.deliver();
    assertThat(hooks.ofDelivery("problem")).isEqualTo("no connection");

    bench.clock.advance(Retries.GIVE_UP);
    hooks.deliver();
    assertThat(hooks.ofDelivery("state")).isEqualTo("failed");
    assertThat(hooks.outcomes)
        .containsExactly(DeliveryTask.Outcome.RETRIED, DeliveryTask.Outcome.FAILED);
    assertThat(hooks.ofEndpoint("disabled_for")).isEqualTo("null");
  }

  @Test
  void run_whereNothingArrivesForFiveDays_disablesTheEndpoint() {
    hooks.endpoint(EventType.JOB_CANCELLED);
    hooks.receiver.answering(500);
    hooks.cancelled("ftjob-1");
    hooks.deliver();
    bench.clock.advance(Retries.DISABLE);
    hooks.cancelled("ftjob-2");
    try (LogLines lines = LogLines.of(DeliveryTask.class)) {
      hooks.deliver();
      assertThat(lines.lines())
          .containsExactly(
              "webhook endpoint %s is disabled: FAILING".formatted(hooks.ofEndpoint("id")));
    }

    assertThat(hooks.ofEndpoint("disabled_for")).isEqualTo("failing");
    assertThat(bench.count("select count(*) from webhook_delivery where state = 'pending'"))
        .isZero();
    hooks.cancelled("ftjob-3");
    assertThat(bench.count("select count(*) from webhook_event")).isEqualTo(2);
  }

  @Test
  void run_whereTheServerIsGone_disablesTheEndpointAtOnce() {
    hooks.endpoint(EventType.JOB_CANCELLED);
    hooks.cancelled("ftjob-1");
    hooks.cancelled("ftjob-2");
    hooks.receiver.answering(410);
    hooks.deliver();

    assertThat(hooks.ofEndpoint("disabled_for")).isEqualTo("gone");
    assertThat(hooks.outcomes).containsExactly(DeliveryTask.Outcome.DISABLED);
    hooks.deliver();
    assertThat(hooks.receiver.received()).hasSize(1);
    assertThat(
            bench.count(
                "select count(*) from webhook_delivery where problem = 'the endpoint was disabled'"))
        .isEqualTo(1);
  }

  @Test
  void run_afterARotation_carriesBothSignaturesForADay() {
    Endpoints.Issued old = hooks.endpoint(EventType.JOB_CANCELLED);
    Endpoints.Issued fresh =
        bench.database.inTransaction(
            sql -> hooks.endpoints.rotate(sql, bench.tenant, old.endpoint().id()));
    hooks.cancelled("ftjob-1");
    hooks.deliver();

    Receiver.Received both = hooks.receiver.received().getFirst();
    assertThat(both.headers().get("webhook-signature")).matches("v1,\\S+ v1,\\S+");
    assertThat(both.unwrap(old.secret().text()).isValid()).isTrue();
    assertThat(both.unwrap(fresh.secret().text()).isValid()).isTrue();
    bench.clock.advance(Endpoints.OVERLAP);
    hooks.cancelled("ftjob-2");
    hooks.deliver();
    Receiver.Received one = hooks.receiver.received().get(1);
    assertThat(one.unwrap(fresh.secret().text()).isValid()).isTrue();
    assertThatThrownBy(() -> one.unwrap(old.secret().text()))
        .isInstanceOf(InvalidWebhookSignatureException.class);
  }

  @Test
  void run_ofADeliveryWhoseEndpointWasDeleted_endsInSilence() {
    Endpoints.Issued issued = hooks.endpoint(EventType.JOB_CANCELLED);
    hooks.cancelled("ftjob-1");
    bench.database.transact(
        sql -> hooks.endpoints.delete(sql, bench.tenant, issued.endpoint().id()));
    hooks.deliver();

    assertThat(hooks.receiver.received()).isEmpty();
    assertThat(bench.count("select count(*) from work_item where done_at is null")).isZero();
  }

  @Test
  void secrets_inTheDatabase_areNotReadable() {
    Endpoints.Issued issued = hooks.endpoint(EventType.JOB_CANCELLED);

    assertThat(hooks.ofEndpoint("webhook_endpoint::text"))
        .doesNotContain(issued.secret().text().substring(6));
    assertThat(hooks.ofEndpoint("secret_hint")).isEqualTo(issued.secret().hint());
  }

  @Test
  void forget_ofOldEvents_keepsWhatIsStillToBeSent() {
    hooks.endpoint(EventType.JOB_CANCELLED);
    hooks.cancelled("ftjob-1");
    hooks.deliver();
    hooks.cancelled("ftjob-2");
    bench.clock.advance(Duration.ofDays(31));
    new DeliveryLog(bench.database, bench.clock).forget();

    assertThat(bench.database.list(row -> row.getString(0), "select object_id from webhook_event"))
        .containsExactly("ftjob-2");
    assertThat(bench.count("select count(*) from work_item where kind = 'deliver'")).isEqualTo(1);
  }
}
