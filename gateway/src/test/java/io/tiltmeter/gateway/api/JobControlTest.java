package io.tiltmeter.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.models.finetuning.jobs.FineTuningJob;
import com.openai.models.finetuning.jobs.checkpoints.CheckpointListParams;
import com.openai.models.finetuning.jobs.checkpoints.FineTuningJobCheckpoint;
import io.tiltmeter.gateway.http.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pausing, resuming and cancelling, and the checkpoints of a job, as the official SDK does it. */
class JobControlTest {
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

  private static String lastMessage(String id) {
    return client.fineTuning().jobs().listEvents(id).data().getFirst().message();
  }

  @Test
  void pause_beforeTheTraining_isQueuedAndSaysSo() {
    AcmeJob job = AcmeJob.create(server, "early");
    FineTuningJob paused = client.fineTuning().jobs().pause(job.id());

    assertThat(paused.status()).isEqualTo(FineTuningJob.Status.QUEUED);
    assertThat(job.read().path("safety").path("paused").asBoolean()).isTrue();
    assertThat(job.read().path("safety").path("stage").asString()).isEqualTo("scanning");
    assertThat(lastMessage(job.id())).isEqualTo("The job was paused; it waits until it is resumed");
  }

  @Test
  void pause_duringTheTraining_endsItsLeaseAndKeepsWhatWasJudged() {
    AcmeJob job = AcmeJob.create(server, "training").in("training", "");
    String lease = job.lease();
    job.checkpoint("ftckpt_kept", 4, "clear");
    job.checkpoint("ftckpt_open", 8, "judging");

    assertThat(client.fineTuning().jobs().pause(job.id()).status())
        .isEqualTo(FineTuningJob.Status.QUEUED);
    assertThat(job.column("stage")).isEqualTo("queued");
    assertThat(
            server.database.list(
                row -> row.getString(0),
                """
                select outcome from training_lease where id = $1
                union all (select state from training_checkpoint where job_id = $2 order by step)
                """,
                lease,
                job.id()))
        .containsExactly("paused", "clear", "ended");
  }

  @Test
  void resume_ofAPausedJob_isQueuedAndWaitsForATrainer() {
    AcmeJob job = AcmeJob.create(server, "resumed").in("queued", "");
    client.fineTuning().jobs().pause(job.id());
    FineTuningJob resumed = client.fineTuning().jobs().resume(job.id());

    assertThat(resumed.status()).isEqualTo(FineTuningJob.Status.QUEUED);
    assertThat(job.read().path("safety").path("paused").asBoolean(true)).isFalse();
    assertThat(lastMessage(job.id())).isEqualTo("The job was resumed");
  }

  @Test
  void pause_again_changesNothingAndSaysNothing() {
    AcmeJob job = AcmeJob.create(server, "twice");
    FineTuningJob first = client.fineTuning().jobs().pause(job.id());
    int events = client.fineTuning().jobs().listEvents(job.id()).data().size();

    assertThat(client.fineTuning().jobs().pause(job.id())).isEqualTo(first);
    assertThat(client.fineTuning().jobs().listEvents(job.id()).data()).hasSize(events);
  }

  @Test
  void pause_ofManyCallersAtOnce_isDoneOnce() {
    AcmeJob job = AcmeJob.create(server, "at-once").in("training", "");
    List<CompletableFuture<Integer>> calls =
        List.of("pause", "pause", "cancel", "cancel", "pause", "cancel").stream()
            .map(action -> CompletableFuture.supplyAsync(() -> job.post(action, "").statusCode()))
            .toList();

    assertThat(calls.stream().map(CompletableFuture::join)).containsOnly(200, 400);
    assertThat(job.read().path("status").asString()).isEqualTo("cancelled");
    assertThat(job.read().path("safety").path("paused").asBoolean(true)).isFalse();
    assertThat(client.fineTuning().jobs().listEvents(job.id()).data())
        .filteredOn(event -> event.message().equals("The job was cancelled"))
        .hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"evaluating", "releasing", "released", "blocked", "failed", "cancelled"})
  void pauseAndResume_onceTheTrainingIsOver_areRefused(String stage) {
    AcmeJob job = AcmeJob.create(server, "over-" + stage).in(stage, "");
    BadRequestException paused =
        catchThrowableOfType(
            BadRequestException.class, () -> client.fineTuning().jobs().pause(job.id()));
    BadRequestException resumed =
        catchThrowableOfType(
            BadRequestException.class, () -> client.fineTuning().jobs().resume(job.id()));

    assertThat(paused.code()).contains("job_not_pausable");
    assertThat(paused)
        .hasMessageContaining("Job %s can no longer be paused: it is %s.", job.id(), stage);
    assertThat(resumed.code()).contains("job_not_paused");
    assertThat(resumed).hasMessageContaining("Job %s is not paused: it is %s.", job.id(), stage);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pause", "resume", "checkpoints"})
  void anyControl_ofAnotherTenantsJob_findsNone(String action) {
    AcmeJob job = AcmeJob.create(server, "foreign-" + action);
    OpenAIClient stranger = server.client(server.globex);
    NotFoundException refused =
        catchThrowableOfType(
            NotFoundException.class,
            () -> {
              switch (action) {
                case "pause" -> stranger.fineTuning().jobs().pause(job.id());
                case "resume" -> stranger.fineTuning().jobs().resume(job.id());
                default -> stranger.fineTuning().jobs().checkpoints().list(job.id());
              }
            });

    assertThat(refused).hasMessageContaining("No such fine-tuning job: " + job.id());
  }

  @Test
  void control_withNeitherBodyNorContentType_isDone() throws IOException {
    AcmeJob job = AcmeJob.create(server, "bare");

    for (String action : List.of("pause", "resume", "cancel")) {
      String request =
          """
          POST /v1/fine_tuning/jobs/%s/%s HTTP/1.1
          Host: localhost
          Authorization: Bearer %s
          Content-Length: 0
          Connection: close

          """
              .formatted(job.id(), action, server.acme)
              .replace("\n", "\r\n");
      assertThat(exchange(request)).startsWith("HTTP/1.1 200 OK");
    }
    assertThat(job.read().path("status").asString()).isEqualTo("cancelled");
  }

  private static String exchange(String request) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void checkpoints_inPages_areGivenOnceNewestFirst() {
    AcmeJob job = AcmeJob.create(server, "paged").in("training", "");
    job.lease();
    for (int step = 1; step <= 5; step++) {
      job.checkpoint("ftckpt_paged" + step, step, "clear");
    }
    var checkpoints = client.fineTuning().jobs().checkpoints();
    List<FineTuningJobCheckpoint> all =
        checkpoints
            .list(CheckpointListParams.builder().fineTuningJobId(job.id()).limit(2).build())
            .autoPager()
            .stream()
            .toList();

    assertThat(all)
        .extracting(FineTuningJobCheckpoint::stepNumber)
        .containsExactly(5L, 4L, 3L, 2L, 1L);
    assertThat(all.getFirst().fineTunedModelCheckpoint())
        .isEqualTo(
            "ft:%s:acme::%s:ckpt-step-5".formatted(ApiServer.BASE, job.id().substring(6, 14)));
    assertThat(all.getFirst().metrics().trainLoss()).contains(0.5);
    assertThat(all.getFirst().metrics().step()).contains(5.0);
    HttpResponse<String> past =
        server.get(
            server.acme,
            "/v1/fine_tuning/jobs/%s/checkpoints?after=ftckpt_paged1".formatted(job.id()));
    assertThat(Json.own(past.body()))
        .isEqualTo(
            Json.own(
                "{\"object\":\"list\",\"data\":[],\"first_id\":null,\"last_id\":null,\"has_more\":false}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "101", "-1", "x", "1.5", ""})
  void checkpoints_withALimitThatIsNone_areRefused(String limit) {
    AcmeJob job = AcmeJob.create(server, "limit" + Integer.toHexString(limit.hashCode()));
    HttpResponse<String> refused =
        server.get(
            server.acme, "/v1/fine_tuning/jobs/%s/checkpoints?limit=%s".formatted(job.id(), limit));

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(AcmeJob.error(refused).path("code").asString()).isEqualTo("invalid_value");
    assertThat(AcmeJob.error(refused).path("param").asString()).isEqualTo("limit");
    assertThat(AcmeJob.error(refused).path("message").asString())
        .isEqualTo("Invalid value for 'limit': expected a whole number from 1 to 100.");
  }
}
