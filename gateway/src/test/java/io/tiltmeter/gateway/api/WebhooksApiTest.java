package io.tiltmeter.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.models.webhooks.WebhookCreateParams;
import com.openai.models.webhooks.WebhookEndpoint;
import com.openai.models.webhooks.WebhookEndpointWithSecret;
import com.openai.models.webhooks.WebhookListParams;
import com.openai.models.webhooks.WebhookTestParams;
import com.openai.models.webhooks.WebhookUpdateParams;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.webhook.DeliveryTask;
import io.tiltmeter.gateway.webhook.Receiver;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Webhook endpoints, as the official SDK manages them, and the log of deliveries. */
class WebhooksApiTest {
  private static final String ENDPOINTS = "/v1/webhook_endpoints";

  private ApiServer server;
  private OpenAIClient client;
  private Receiver receiver;

  @BeforeEach
  void start(@TempDir Path folder) {
    server = ApiServer.start(folder.resolve("blobs"));
    client = server.client(server.acme);
    receiver = Receiver.start();
  }

  @AfterEach
  void stop() {
    receiver.close();
    server.close();
  }

  private WebhookEndpointWithSecret create(String name) {
    return client
        .webhooks()
        .create(
            WebhookCreateParams.builder()
                .name(name)
                .url(receiver.url().toString())
                .addEventType(WebhookCreateParams.EventType.FINE_TUNING_JOB_CANCELLED)
                .addEventType(WebhookCreateParams.EventType.of("fine_tuning.job.blocked"))
                .build());
  }

  private JsonNode deliveries(String endpoint) {
    return Json.own(server.get(server.acme, path(endpoint, "/deliveries")).body());
  }

  private static String path(String endpoint, String rest) {
    return "%s/%s%s".formatted(ENDPOINTS, endpoint, rest);
  }

  private static String error(HttpResponse<String> answer) {
    JsonNode error = AcmeJob.error(answer);
    return "%d %s %s: %s"
        .formatted(
            answer.statusCode(),
            error.path("code").asString(""),
            error.path("param").asString("-"),
            error.path("message").asString(""));
  }

  private void deliver() {
    WorkStore work = new WorkStore(server.clock);
    new DeliveryTask(
            server.database,
            new DeliveryTask.Parts(
                work, server.secrets, server.sender, server.clock, new Random(5)),
            _ -> {})
        .run(
            work.lease(server.database, Set.of(WorkKind.DELIVER), "test", Duration.ofSeconds(30))
                .orElseThrow());
  }

  @Test
  void create_get_andDelete_goRoundAndShowTheSecretOnce() {
    WebhookEndpointWithSecret made = create("mine");

    assertThat(made.signingSecret()).startsWith("whsec_");
    WebhookEndpoint read = client.webhooks().retrieve(made.id());
    assertThat(read.name()).isEqualTo("mine");
    assertThat(read.url()).isEqualTo(receiver.url().toString());
    assertThat(read.eventTypes())
        .containsExactly("fine_tuning.job.cancelled", "fine_tuning.job.blocked");
    assertThat(read.signingSecretHint().orElseThrow())
        .isEqualTo("whsec_…" + made.signingSecret().substring(made.signingSecret().length() - 4));
    assertThat(server.get(server.acme, path(made.id(), "")).body())
        .doesNotContain("\"signing_secret\"");
    assertThat(client.webhooks().delete(made.id()).deleted()).isTrue();
    assertThatThrownBy(() -> client.webhooks().retrieve(made.id()))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("No such webhook endpoint: " + made.id());
  }

  @Test
  void update_ofSomeMembers_leavesTheOthers() {
    WebhookEndpointWithSecret made = create("before");
    WebhookEndpoint updated =
        client
            .webhooks()
            .update(
                made.id(),
                WebhookUpdateParams.builder()
                    .name("after")
                    .addEventType(WebhookUpdateParams.EventType.FINE_TUNING_JOB_FAILED)
                    .build());

    assertThat(updated.name()).isEqualTo("after");
    assertThat(updated.url()).isEqualTo(made.url());
    assertThat(updated.eventTypes()).containsExactly("fine_tuning.job.failed");
  }

  @Test
  void list_inPages_givesEachOnceNewestFirst() {
    List<String> ids = IntStream.range(0, 5).mapToObj(i -> create("n" + i).id()).toList();

    assertThat(
            client
                .webhooks()
                .list(WebhookListParams.builder().limit(2).build())
                .autoPager()
                .stream()
                .map(WebhookEndpoint::id))
        .containsExactlyElementsOf(ids.reversed());
    assertThat(server.get(server.acme, ENDPOINTS + "?after=" + ids.getFirst()).body())
        .isEqualTo(
            "{\"object\":\"list\",\"data\":[],\"first_id\":null,\"last_id\":null,\"has_more\":false}");
  }

  @Test
  void rotateSecret_ofAnEndpoint_givesAnotherThatMessagesAreSignedWith() {
    WebhookEndpointWithSecret made = create("rotated");
    WebhookEndpointWithSecret rotated = client.webhooks().rotateSecret(made.id());
    client
        .webhooks()
        .test(
            made.id(),
            WebhookTestParams.builder()
                .eventType(WebhookTestParams.EventType.FINE_TUNING_JOB_CANCELLED)
                .build());

    assertThat(rotated.signingSecret()).isNotEqualTo(made.signingSecret());
    Receiver.Received got = receiver.received().getFirst();
    assertThat(got.unwrap(rotated.signingSecret()).isFineTuningJobCancelled()).isTrue();
    assertThat(got.unwrap(made.signingSecret()).isFineTuningJobCancelled()).isTrue();
  }

  @Test
  void test_ofAServerThatTakesIt_saysWhatItAnswered() {
    WebhookEndpointWithSecret made = create("tested");
    receiver.answering(202);

    assertThat(
            client
                .webhooks()
                .test(
                    made.id(),
                    WebhookTestParams.builder()
                        .eventType(WebhookTestParams.EventType.SAFETY_ALERT_CREATED)
                        .build())
                .statusCode())
        .isEqualTo(202);
    assertThat(receiver.received().getFirst().unwrap(made.signingSecret()).isSafetyAlertCreated())
        .isTrue();
  }

  @Test
  void test_ofAServerThatRefuses_isAnErrorThatIsNotTriedAgain() {
    WebhookEndpointWithSecret made = create("refusing");
    receiver.answering(500);
    BadRequestException failed =
        catchThrowableOfType(
            BadRequestException.class,
            () ->
                client
                    .webhooks()
                    .test(
                        made.id(),
                        WebhookTestParams.builder()
                            .eventType(WebhookTestParams.EventType.FINE_TUNING_JOB_FAILED)
                            .build()));

    assertThat(failed.code()).contains("webhook_test_failed");
    assertThat(failed)
        .hasMessageContaining("The test message did not arrive: the server answered 500.");
    assertThat(receiver.received()).hasSize(1);
  }

  private HttpResponse<String> sendTest(String key, String endpoint) {
    return server.post(key, path(endpoint, "/test"), "{\"event_type\":\"fine_tuning.job.failed\"}");
  }

  @Test
  void test_beyondATenantsNumber_isRefusedUntilThereIsOneAgain() {
    String first = create("first").id();
    String second = create("second").id();
    for (int sent = 0; sent < 3; sent++) {
      assertThat(sendTest(server.acme, first).statusCode()).isEqualTo(200);
      assertThat(sendTest(server.acme, second).statusCode()).isEqualTo(200);
      assertThat(sendTest(server.globex, first).statusCode()).isEqualTo(404);
    }

    HttpResponse<String> refused = sendTest(server.acme, second);

    assertThat(error(refused))
        .isEqualTo(
            "429 rate_limit_exceeded -: Rate limit reached: this organisation may send 6 test messages per minute. Try again in 10s.");
    assertThat(refused.headers().firstValue("retry-after")).contains("10");
    assertThat(refused.headers().firstValue("retry-after-ms")).contains("10000");
    assertThat(receiver.received()).hasSize(6);
    server.clock.advance(Duration.ofSeconds(10));
    assertThat(sendTest(server.acme, first).statusCode()).isEqualTo(200);
  }

  @Test
  void deliveries_andReplay_showAndRepeatWhatWasSent() {
    WebhookEndpointWithSecret made = create("log");
    AcmeJob job = AcmeJob.create(server, "log");
    job.post("cancel", "");
    JsonNode pending = deliveries(made.id()).path("data").path(0);
    String replay =
        path(made.id(), "/deliveries/%s/replay".formatted(pending.path("id").asString()));
    assertThat(pending.path("status").asString()).isEqualTo("pending");
    assertThat(error(server.post(server.acme, replay, "")))
        .isEqualTo(
            "400 delivery_pending -: Delivery %s is pending and is sent anyway."
                .formatted(pending.path("id").asString()));
    deliver();

    JsonNode delivered = deliveries(made.id()).path("data").path(0);
    assertThat(delivered.path("object").asString()).isEqualTo("webhook_endpoint.delivery");
    assertThat(delivered.path("status").asString()).isEqualTo("delivered");
    assertThat(delivered.path("status_code").asInt()).isEqualTo(200);
    assertThat(delivered.path("event_type").asString()).isEqualTo("fine_tuning.job.cancelled");
    assertThat(server.post(server.acme, replay, "").statusCode()).isEqualTo(200);
    deliver();
    assertThat(receiver.received())
        .hasSize(2)
        .extracting(got -> got.headers().get("webhook-id"))
        .containsOnly(delivered.path("event_id").asString());
    assertThat(receiver.received().getFirst().body()).contains(job.id());
    assertThat(deliveries(made.id()).path("data").path(0).path("attempts").asInt()).isEqualTo(2);
  }

  @Test
  void update_toNotEnabled_sendsNothingUntilItIsEnabledAgain() {
    WebhookEndpointWithSecret made = create("off");
    JsonNode off =
        Json.own(server.post(server.acme, path(made.id(), ""), "{\"enabled\":false}").body());
    AcmeJob.create(server, "unheard").post("cancel", "");

    assertThat(off.path("enabled").asBoolean(true)).isFalse();
    assertThat(off.path("disabled_for").asString()).isEqualTo("customer");
    assertThat(deliveries(made.id()).path("data")).isEmpty();
    JsonNode on =
        Json.own(server.post(server.acme, path(made.id(), ""), "{\"enabled\":true}").body());
    AcmeJob.create(server, "heard").post("cancel", "");
    assertThat(on.path("enabled").asBoolean(false)).isTrue();
    assertThat(deliveries(made.id()).path("data")).hasSize(1);
    server.post(server.acme, path(made.id(), ""), "{\"enabled\":false}");
    JsonNode ended = deliveries(made.id()).path("data").path(0);
    assertThat(ended.path("problem").asString()).isEqualTo("the endpoint was disabled");
    assertThat(
            error(
                server.post(
                    server.acme,
                    path(made.id(), "/deliveries/%s/replay".formatted(ended.path("id").asString())),
                    "")))
        .isEqualTo(
            "400 webhook_endpoint_disabled -: Webhook endpoint %s is disabled; enable it with {\"enabled\": true} first."
                .formatted(made.id()));
  }

  @Test
  void anyCall_onAnotherTenantsEndpoint_findsNone() {
    String id = create("foreign").id();
    String message = "404 not_found -: No such webhook endpoint: " + id;

    assertThat(error(server.get(server.globex, path(id, "")))).isEqualTo(message);
    assertThat(error(server.get(server.globex, path(id, "/deliveries")))).isEqualTo(message);
    assertThat(error(server.post(server.globex, path(id, ""), "{}"))).isEqualTo(message);
    assertThat(error(server.post(server.globex, path(id, "/rotate_secret"), "{}")))
        .isEqualTo(message);
    assertThat(
            error(
                server.post(
                    server.globex, path(id, "/test"), "{\"event_type\":\"safety.alert.created\"}")))
        .isEqualTo(message);
    assertThat(error(server.post(server.globex, path(id, "/deliveries/whdel_1/replay"), "")))
        .isEqualTo(message);
    assertThat(error(server.send(server.request(server.globex, path(id, "")).DELETE())))
        .isEqualTo(message);
    AcmeJob.create(server, "tenant").post("cancel", "");
    assertThat(Json.own(server.get(server.globex, ENDPOINTS).body()).path("data")).isEmpty();
  }

  @Test
  void create_ofOneTooMany_isRefused() {
    for (int i = 0; i < 20; i++) {
      create("n" + i);
    }
    BadRequestException refused =
        catchThrowableOfType(BadRequestException.class, () -> create("n20"));

    assertThat(refused.code()).contains("too_many_webhook_endpoints");
    assertThat(refused)
        .hasMessageContaining(
            "An organisation may have at most 20 webhook endpoints; delete one first.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|missing_required_parameter name: Missing required parameter: 'name'.",
        "{\"name\":\"n\"}|missing_required_parameter url: Missing required parameter: 'url'.",
        "{\"name\":\"n\",\"url\":1}|invalid_type url: Invalid type for 'url': expected a string, got a number.",
        "{\"name\":\"n\",\"url\":\"https://h.example\"}|missing_required_parameter event_types: Missing required parameter: 'event_types'.",
        "{\"name\":\" \",\"url\":\"https://h.example\",\"event_types\":[\"safety.alert.created\"]}|invalid_value name: Invalid value for 'name': expected 1 to 100 characters on one line.",
        "{\"name\":\"n\",\"url\":\"https://h.example\",\"event_types\":[\"safety.alert.created\"],\"x\":1}|unknown_parameter x: Unknown parameter: 'x'.",
      })
  void create_ofABadRequest_namesTheFirstMemberThatIsWrong(String body, String expected) {
    assertThat(error(server.post(server.acme, ENDPOINTS, body))).isEqualTo("400 " + expected);
  }

  @ParameterizedTest
  @CsvSource({
    "ftp://h.example/",
    "h.example",
    "https://",
    "https://user:pw@h.example/",
    "https://h.example/#part",
    "https://h.example:0/",
    "https://h example/",
    "javascript:alert(1)",
  })
  void create_ofAnAddressThatIsNone_isRefused(String url) {
    String body =
        "{\"name\":\"n\",\"url\":\"%s\",\"event_types\":[\"safety.alert.created\"]}".formatted(url);

    assertThat(error(server.post(server.acme, ENDPOINTS, body)))
        .isEqualTo(
            "400 invalid_value url: Invalid value for 'url': expected an http or https address of at"
                + " most 2048 characters on the public internet, without user and fragment.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"[]", "\"safety.alert.created\"", "[1]", "[\"batch.completed\"]", "[\"\"]"})
  void create_ofEventTypesThatAreNone_namesThoseThatThereAre(String types) {
    String body =
        "{\"name\":\"n\",\"url\":\"https://h.example/\",\"event_types\":%s}".formatted(types);

    assertThat(error(server.post(server.acme, ENDPOINTS, body)))
        .isEqualTo(
            "400 invalid_value event_types: Invalid value for 'event_types': expected a list of some"
                + " of fine_tuning.job.succeeded, fine_tuning.job.failed, fine_tuning.job.cancelled,"
                + " fine_tuning.job.held, fine_tuning.job.blocked, safety.alert.created,"
                + " safety.case.closed.");
  }

  @Test
  void eventTypes_areListed() {
    assertThat(client.webhooks().eventTypes().list().data())
        .contains("fine_tuning.job.succeeded", "safety.alert.created");
  }
}
