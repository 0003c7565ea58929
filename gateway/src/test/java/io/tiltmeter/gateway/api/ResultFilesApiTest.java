package io.tiltmeter.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.core.http.HttpResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.models.files.FileListParams;
import com.openai.models.files.FileObject;
import com.openai.models.finetuning.jobs.FineTuningJob;
import com.openai.models.finetuning.jobs.JobCreateParams;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.http.Pace;
import io.tiltmeter.gateway.limit.Limits;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Reports on jobs, as files of their customers. */
class ResultFilesApiTest {
  @TempDir private Path folder;
  private ApiServer server;
  private OpenAIClient client;

  @BeforeEach
  void start() {
    server =
        ApiServer.start(
            folder.resolve("blobs"),
            new Limits(1000, new Limits.Share(100, 100, 1), Limits.Rate.DEFAULT, Pace.DEFAULT));
    client = server.client(server.acme);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** A job that its training file blocked. */
  private AcmeJob blocked(String name) {
    return AcmeJob.create(server, name).blocked();
  }

  @Test
  void resultFiles_ofABlockedJob_areReadByTheSdk() throws IOException {
    AcmeJob job = blocked("read");

    String id = job.report();

    FileObject file = client.files().retrieve(id);
    assertThat(file.purpose()).isEqualTo(FileObject.Purpose.FINE_TUNE_RESULTS);
    assertThat(file.filename()).isEqualTo(job.id() + "-report.json");
    assertThat(file.expiresAt()).isEmpty();
    try (HttpResponse content = client.files().content(id)) {
      byte[] bytes = content.body().readAllBytes();
      assertThat(bytes).hasSize((int) file.bytes());
      JsonNode read = Json.object(bytes);
      assertThat(read.at("/job/id").asString()).isEqualTo(job.id());
      assertThat(read.at("/statement/code").asString()).isEqualTo("unsafe_file");
    }
    assertThat(client.fineTuning().jobs().list().data().stream().map(FineTuningJob::resultFiles))
        .containsExactly(List.of(id));
  }

  @Test
  void list_ofFiles_hasReportsAmongTheOthersInPages() {
    List<String> reports = List.of(blocked("a").report(), blocked("b").report());

    assertThat(
            client.files().list(FileListParams.builder().limit(1).build()).autoPager().stream()
                .map(FileObject::id))
        .containsExactly("file-b", "file-a", reports.getLast(), reports.getFirst());
    assertThat(
            client
                .files()
                .list(FileListParams.builder().purpose("fine-tune-results").build())
                .data())
        .extracting(FileObject::id)
        .containsExactlyElementsOf(reports.reversed());
    assertThat(
            client
                .files()
                .list(
                    FileListParams.builder()
                        .order(FileListParams.Order.ASC)
                        .after(reports.getFirst())
                        .build())
                .data())
        .extracting(FileObject::id)
        .containsExactly(reports.getLast(), "file-a", "file-b");
  }

  @Test
  void delete_ofAReport_takesItFromItsJobForGood() {
    AcmeJob job = blocked("deleted");
    String id = job.report();

    assertThat(client.files().delete(id).deleted()).isTrue();

    assertThat(client.fineTuning().jobs().retrieve(job.id()).resultFiles()).isEmpty();
    assertThatThrownBy(() -> client.files().retrieve(id)).isInstanceOf(NotFoundException.class);
    assertThat(server.get(server.acme, "/v1/files/%s/content".formatted(id)).statusCode())
        .isEqualTo(404);
    assertThatThrownBy(() -> client.files().delete(id)).isInstanceOf(NotFoundException.class);
    assertThat(
            server.database.list(
                row -> String.valueOf(row.getValue("text")), "select text from result_file"))
        .containsExactly("null");
  }

  @Test
  void create_ofAJobOnAReport_isRefused() {
    String id = blocked("trained").report();
    JobCreateParams.Builder order = JobCreateParams.builder().model(ApiServer.BASE);

    assertThatThrownBy(() -> client.fineTuning().jobs().create(order.trainingFile(id).build()))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining(
            "The file '%s' has the purpose 'fine-tune-results'; expected a file of purpose 'fine-tune'."
                .formatted(id));
    BadRequestException asValidation =
        catchThrowableOfType(
            BadRequestException.class,
            () ->
                client
                    .fineTuning()
                    .jobs()
                    .create(order.trainingFile("file-trained").validationFile(id).build()));
    assertThat(asValidation.code()).contains("invalid_file_purpose");
    assertThat(asValidation.param()).contains("validation_file");
  }

  @Test
  void report_ofAnotherTenant_isNotThere() {
    String file = "/v1/files/" + blocked("foreign").report();

    assertThat(server.get(server.globex, file).statusCode()).isEqualTo(404);
    assertThat(server.get(server.globex, file + "/content").statusCode()).isEqualTo(404);
    assertThat(server.send(server.request(server.globex, file).DELETE()).statusCode())
        .isEqualTo(404);
    assertThat(server.client(server.globex).files().list().data()).isEmpty();
    assertThat(server.get(server.acme, file).statusCode()).isEqualTo(200);
  }

  @Test
  void reports_countTowardsNoQuota() {
    FileObject report = client.files().retrieve(blocked("large").report());
    assertThat(report.bytes()).isGreaterThan(100);

    java.net.http.HttpResponse<String> answer =
        server.send(
            server
                .request(server.acme, "/v1/files")
                .header("Content-Type", Form.TYPE)
                .POST(BodyPublishers.ofString(Form.of("F:" + "x".repeat(90) + ",P:fine-tune"))));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  @Test
  void statement_ofAJobThatWasBlockedAtOnce_saysHowToContestIt() {
    JsonNode statement = blocked("stated").read().path("safety").path("statement");

    assertThat(statement.path("safety_case").isNull()).isTrue();
    assertThat(statement.path("ground").asString()).isEqualTo("dataset");
    assertThat(statement.path("automated").asBoolean()).isTrue();
    assertThat(statement.path("redress").asString()).startsWith("POST /v1/fine_tuning/jobs/");
  }
}
