package io.tiltmeter.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.errors.NotFoundException;
import com.openai.models.safety.alerts.SafetyAlert;
import com.openai.models.safety.cases.SafetyCase;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.key.KeyStore;
import io.tiltmeter.gateway.review.CaseStore;
import io.tiltmeter.gateway.review.ReviewCase;
import io.tiltmeter.policy.lineage.Digest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Cases and alerts as the official SDK reads them, statements of reasons, and appeals. */
class SafetyApiTest {
  private static ApiServer server;
  private static OpenAIClient client;

  @BeforeAll
  static void start(@TempDir Path blobs) {
    server = ApiServer.start(blobs);
    client = server.client(server.acme);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> appeal(AcmeJob job, String text) {
    return job.post("appeal", Json.text(Map.of("text", text)));
  }

  private static String error(HttpResponse<String> answer) {
    JsonNode error = AcmeJob.error(answer);
    return "%d %s: %s"
        .formatted(
            answer.statusCode(),
            error.path("code").asString(""),
            error.path("message").asString(""));
  }

  @Test
  void casesAndAlerts_ofAHeldJob_areWhatTheSdkReads() {
    AcmeJob job = AcmeJob.create(server, "held").in("held", "block");
    job.openCase("block");
    SafetyCase on = client.safety().cases().retrieve("case_held");
    SafetyAlert alert = client.safety().alerts().retrieve("alert_held");

    assertThat(on.entityIdentifier()).isEqualTo(job.id());
    assertThat(on.notice().type()).isEqualTo(SafetyCase.Notice.Type.DEACTIVATION);
    assertThat(on.reason()).contains("The fine-tuned model lost refusals that its base has.");
    assertThat(alert.requestId()).isEqualTo(job.id());
    assertThat(alert.responseId()).isEqualTo("case_held");
    assertThat(alert.requestPaused()).isTrue();
    assertThat(alert.model()).isEqualTo(ApiServer.BASE);
  }

  @Test
  void casesAndAlerts_ofAnotherTenant_areNotFound() {
    AcmeJob.create(server, "foreign").in("held", "dataset").openCase("dataset");
    OpenAIClient stranger = server.client(server.globex);

    assertThatThrownBy(() -> stranger.safety().cases().retrieve("case_foreign"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("No such safety case: case_foreign");
    assertThatThrownBy(() -> stranger.safety().alerts().retrieve("alert_foreign"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("No such safety alert: alert_foreign");
    assertThatThrownBy(() -> client.safety().alerts().retrieve("case_foreign"))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void statement_ofAHeldJob_saysWhatWasFoundAndHowToContestIt() {
    AcmeJob job = AcmeJob.create(server, "stated").in("held", "block");
    server.database.run(
        """
        insert into job_event (id, job_id, tenant_id, sequence, created_at, level, type, message,
          data)
        select 'ftevent-stated', id, tenant_id, 90, $2, 'warn', 'moderation_checks', 'm',
          '{"delta": 0.2}' from job where id = $1
        """,
        job.id(),
        server.clock.instant());
    job.openCase("block");
    JsonNode statement = job.read().path("safety").path("statement");

    assertThat(statement.path("safety_case").asString()).isEqualTo("case_stated");
    assertThat(statement.path("ground").asString()).isEqualTo("block");
    assertThat(statement.path("automated").asBoolean()).isTrue();
    assertThat(statement.path("facts").path("delta").asDouble(0)).isEqualTo(0.2);
    assertThat(statement.path("outcome").isNull()).isTrue();
    assertThat(statement.path("redress").asString())
        .startsWith("POST /v1/fine_tuning/jobs/%s/appeal".formatted(job.id()));
    assertThat(AcmeJob.create(server, "unstated").read().path("safety").path("statement").isNull())
        .isTrue();
  }

  @Test
  void appeal_ofAnOpenCase_isKeptForStaffAndAuditedWithoutItsText() {
    AcmeJob job = AcmeJob.create(server, "appealed").in("blocked", "");
    job.openCase("block");
    String text = " Our system prompt is a persona.\nPlease look at probe 7. ";
    JsonNode made = Json.own(appeal(job, text).body());

    assertThat(made.path("object").asString()).isEqualTo("safety.appeal");
    assertThat(made.path("safety_case").asString()).isEqualTo("case_appealed");
    ReviewCase kept =
        new CaseStore(server.clock).find(server.database, "case_appealed").orElseThrow();
    assertThat(kept.appeal()).isNotNull();
    assertThat(kept.appeal().text()).isEqualTo(text.strip());
    assertThat(kept.toString()).doesNotContain("persona");
    assertThat(job.read().path("safety").path("statement").path("appeal").asString())
        .isEqualTo(made.path("id").asString());
    assertThat(
            server.database.list(
                row -> row.getString(0),
                "select details from audit_entry where action = 'appeal' and subject = $1",
                job.id()))
        .singleElement()
        .asString()
        .contains("case_appealed", Digest.of(text.strip()).toString())
        .doesNotContain("persona");
    assertThat(client.fineTuning().jobs().listEvents(job.id()).data().getFirst().message())
        .isEqualTo("An appeal was received; the people who review will read it");
    assertThat(error(appeal(job, "again")))
        .isEqualTo(
            "400 appeal_exists: Case case_appealed of job %s has an appeal already: %s."
                .formatted(job.id(), made.path("id").asString()));
  }

  @Test
  void appeal_ofManyAtOnce_isTakenOnce() {
    AcmeJob job = AcmeJob.create(server, "many").in("held", "inconclusive");
    job.openCase("inconclusive");
    List<CompletableFuture<Integer>> calls =
        Stream.generate(() -> CompletableFuture.supplyAsync(() -> appeal(job, "x").statusCode()))
            .limit(4)
            .toList();

    assertThat(calls.stream().map(CompletableFuture::join))
        .containsExactlyInAnyOrder(200, 400, 400, 400);
  }

  @Test
  void appeal_whereNothingIsOpen_isRefused() {
    AcmeJob none = AcmeJob.create(server, "no-case");
    AcmeJob closed = AcmeJob.create(server, "closed").in("failed", "");
    closed.openCase("block");
    server.database.run(
        "update review_case set closed_at = now(), outcome = 'kept' where id = 'case_closed'");

    assertThat(error(appeal(none, "x")))
        .isEqualTo(
            "400 not_appealable: Job %s has no open case that could be appealed: it is scanning."
                .formatted(none.id()));
    assertThat(error(appeal(closed, "x")))
        .isEqualTo(
            "400 not_appealable: Job %s has no open case that could be appealed: it is failed."
                .formatted(closed.id()));
  }

  @Test
  void appeal_ofAnotherTenantsJob_findsNone() {
    AcmeJob job = AcmeJob.create(server, "theirs").in("held", "block");
    job.openCase("block");

    assertThat(
            error(
                server.post(
                    server.globex,
                    "/v1/fine_tuning/jobs/%s/appeal".formatted(job.id()),
                    "{\"text\":\"x\"}")))
        .isEqualTo("404 not_found: No such fine-tuning job: " + job.id());
  }

  static Stream<String> badTexts() {
    return Stream.of("", "  \n ", "a".repeat(4001), "bell \u0007");
  }

  @ParameterizedTest
  @MethodSource("badTexts")
  void appeal_withTextThatIsNone_isRefused(String text) {
    AcmeJob job = AcmeJob.create(server, "text" + Integer.toHexString(text.hashCode()));

    assertThat(error(appeal(job, text)))
        .isEqualTo(
            "400 invalid_value: Invalid value for 'text': expected 1 to 4000 characters of text,"
                + " without control characters.");
  }

  @Test
  void appeal_withOtherMembers_isRefused() {
    AcmeJob job = AcmeJob.create(server, "members");

    assertThat(error(job.post("appeal", "{}")))
        .isEqualTo("400 missing_required_parameter: Missing required parameter: 'text'.");
    assertThat(error(job.post("appeal", "{\"text\":\"x\",\"y\":1}")))
        .isEqualTo("400 unknown_parameter: Unknown parameter: 'y'.");
    assertThat(error(job.post("appeal", "{\"text\":\"half a pair \\ud800\"}")))
        .startsWith("400 invalid_value: Invalid value for 'text'");
  }

  @Test
  void appeal_ofACustomer_isShownToStaffOnly() {
    Caller caller = new KeyStore(server.clock).find(server.database, server.acme).orElseThrow();
    AcmeJob job = AcmeJob.create(server, "shown").in("held", "block");
    job.openCase("block");
    appeal(job, "confidential words");

    assertThat(server.get(server.acme, "/v1/safety/cases/case_shown").body())
        .doesNotContain("confidential words");
    assertThat(job.read().toString()).doesNotContain("confidential words");
    ReviewCase kept = new CaseStore(server.clock).find(server.database, "case_shown").orElseThrow();
    assertThat(kept.appeal()).isNotNull();
    assertThat(kept.appeal().keyId()).isEqualTo(caller.keyId());
  }
}
