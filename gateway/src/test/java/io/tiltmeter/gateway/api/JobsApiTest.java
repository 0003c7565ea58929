package io.tiltmeter.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.finetuning.jobs.FineTuningJob;
import com.openai.models.finetuning.jobs.FineTuningJobEvent;
import com.openai.models.finetuning.jobs.JobCreateParams;
import com.openai.models.finetuning.jobs.JobListEventsParams;
import com.openai.models.finetuning.jobs.JobListParams;
import com.openai.models.finetuning.methods.SupervisedHyperparameters;
import com.openai.models.finetuning.methods.SupervisedMethod;
import io.tiltmeter.gateway.blob.Blob;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.file.FileStore;
import io.tiltmeter.gateway.file.Provenance;
import io.tiltmeter.gateway.file.TrainingFile;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.key.KeyStore;
import io.tiltmeter.policy.lineage.Digest;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs, as the official SDK makes and reads them. */
@SuppressWarnings("deprecation") // The SDK's only way to members that it does not know.
class JobsApiTest {
  private static final String JOBS = "/v1/fine_tuning/jobs";

  @TempDir static Path folder;
  private static ApiServer server;

  @BeforeAll
  static void start() {
    server = ApiServer.start(folder.resolve("blobs"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** A tenant of its own, so that lists hold only what the test made. */
  private record Tenant(String key, UUID id, OpenAIClient client, String file) {
    static Tenant create(String name) {
      String key =
          new KeyStore(server.clock).createForTenant(server.database, name, false).secret();
      Caller caller = new KeyStore(server.clock).find(server.database, key).orElseThrow();
      UUID id = ((Caller.Tenant) caller).tenantId();
      FileStore.NewFile file =
          new FileStore.NewFile(
              NewId.of("file-"),
              id,
              new Blob(Digest.of(name), name.length()),
              "train.jsonl",
              "fine-tune",
              new TrainingFile.Origin(caller.keyId(), "127.0.0.1", Provenance.UNKNOWN));
      String fileId = new FileStore(server.clock).insert(server.database, file).id();
      return new Tenant(key, id, server.client(key), fileId);
    }

    FineTuningJob create(JobCreateParams.Metadata metadata) {
      return client
          .fineTuning()
          .jobs()
          .create(
              JobCreateParams.builder()
                  .model(ApiServer.BASE)
                  .trainingFile(file)
                  .metadata(metadata)
                  .build());
    }

    FineTuningJob create() {
      return create(1);
    }

    FineTuningJob create(long seed) {
      return client
          .fineTuning()
          .jobs()
          .create(
              JobCreateParams.builder()
                  .model(ApiServer.BASE)
                  .trainingFile(file)
                  .seed(seed)
                  .build());
    }

    String body() {
      return "{\"model\":\"%s\",\"training_file\":\"%s\"}".formatted(ApiServer.BASE, file);
    }
  }

  private static JobCreateParams.Metadata metadata(String key, String value) {
    return JobCreateParams.Metadata.builder()
        .putAdditionalProperty(key, JsonValue.from(value))
        .build();
  }

  private static JobCreateParams everything(String file) {
    return JobCreateParams.builder()
        .model(ApiServer.BASE)
        .trainingFile(file)
        .suffix("my-tune.1")
        .seed(7)
        .metadata(metadata("team", "x y"))
        .method(
            JobCreateParams.Method.builder()
                .type(JobCreateParams.Method.Type.SUPERVISED)
                .supervised(
                    SupervisedMethod.builder()
                        .hyperparameters(
                            SupervisedHyperparameters.builder()
                                .nEpochs(2)
                                .batchSize(4)
                                .learningRateMultiplier(0.5)
                                .putAdditionalProperty("lora_rank", JsonValue.from(8))
                                .build())
                        .build())
                .build())
        .build();
  }

  @Test
  void create_byTheSdk_isValidatingItsFile() {
    Tenant tenant = Tenant.create("create");
    FineTuningJob job = tenant.client().fineTuning().jobs().create(everything(tenant.file()));

    FineTuningJob read = tenant.client().fineTuning().jobs().retrieve(job.id());
    assertThat(read).isEqualTo(job);
    assertThat(job.status()).isEqualTo(FineTuningJob.Status.VALIDATING_FILES);
    assertThat(job.error()).isEmpty();
    assertThat(job.fineTunedModel()).isEmpty();
    assertThat(job.organizationId()).isEqualTo("create");
    assertThat(job.resultFiles()).isEmpty();
    assertThat(job.seed()).isEqualTo(7);
    assertThat(job.hyperparameters().nEpochs().orElseThrow().asInteger()).isEqualTo(2);
    assertThat(
            job.method()
                .orElseThrow()
                .supervised()
                .orElseThrow()
                .hyperparameters()
                .orElseThrow()
                ._additionalProperties())
        .containsEntry("lora_rank", JsonValue.from(8));
    assertThat(job._additionalProperties().get("safety"))
        .asString()
        .startsWith("{stage=scanning, held_for=null, paused=false, policy_digest=sha256:");
  }

  @Test
  void create_afterTheScan_appliesItInTheSameTransaction() {
    Tenant tenant = Tenant.create("scanned");
    server.database.run("update training_file set state = 'scanned' where id = $1", tenant.file());

    String id = tenant.create().id();

    assertThat(server.applied).extracting(Job::id).contains(id);
  }

  @Test
  void list_withPagesAndMetadata_givesEachJobOnceNewestFirst() {
    Tenant tenant = Tenant.create("lister");
    List<String> ids = IntStream.range(0, 5).mapToObj(seed -> tenant.create(seed).id()).toList();
    String tagged = tenant.create(metadata("team name", "x=y & z")).id();
    var jobs = tenant.client().fineTuning().jobs();

    List<String> all =
        jobs.list(JobListParams.builder().limit(2).build()).autoPager().stream()
            .map(FineTuningJob::id)
            .toList();
    assertThat(all).startsWith(tagged).endsWith(ids.getFirst()).hasSize(6).doesNotHaveDuplicates();
    JobListParams.Metadata wanted =
        JobListParams.Metadata.builder().putAdditionalProperty("team name", "x=y & z").build();
    assertThat(jobs.list(JobListParams.builder().metadata(wanted).build()).data())
        .extracting(FineTuningJob::id)
        .containsExactly(tagged);
    assertThat(server.get(tenant.key(), JOBS + "?metadata=null&limit=100").body())
        .contains(ids)
        .doesNotContain(tagged);
    assertThat(jobs.list(JobListParams.builder().after(all.getLast()).build()).data()).isEmpty();
  }

  @Test
  void events_ofANewJob_areNewestFirstInPages() {
    Tenant tenant = Tenant.create("events");
    String id = tenant.create().id();

    assertThat(
            tenant
                .client()
                .fineTuning()
                .jobs()
                .listEvents(JobListEventsParams.builder().fineTuningJobId(id).limit(1).build())
                .autoPager()
                .stream()
                .map(FineTuningJobEvent::message))
        .containsExactly(
            "Validating training file: " + tenant.file(), "Created fine-tuning job: " + id);
  }

  @Test
  void cancel_ofARunningJob_endsItsLeaseAndItsCase() {
    Tenant tenant = Tenant.create("cancel");
    String id = tenant.create().id();
    server.database.run(
        """
        insert into training_lease (id, job_id, tenant_id, key_id, trainer, token_hash, created_at,
          lease_until)
        select 'lease_1', $1, $2, uploaded_by, 't', 'h', now(), now() from training_file
        where id = $3
        """,
        id,
        tenant.id(),
        tenant.file());
    server.database.run(
        """
        insert into review_case (id, job_id, tenant_id, kind, reasons, evidence_digest, opened_at)
        values ('case_1', $1, $2, 'dataset', '[]', 'sha256:0', now())
        """,
        id,
        tenant.id());

    FineTuningJob cancelled = tenant.client().fineTuning().jobs().cancel(id);

    assertThat(cancelled.status()).isEqualTo(FineTuningJob.Status.CANCELLED);
    assertThat(cancelled.finishedAt()).isPresent();
    assertThat(
            server.database.list(
                row -> row.getString(0),
                """
                select outcome from training_lease where job_id = $1
                union all select outcome from review_case where job_id = $1
                """,
                id))
        .containsExactly("cancelled", "cancelled");
    BadRequestException again =
        catchThrowableOfType(
            BadRequestException.class, () -> tenant.client().fineTuning().jobs().cancel(id));
    assertThat(again.code()).contains("job_not_cancellable");
    assertThat(again).hasMessageContaining("can no longer be cancelled: it is cancelled");
  }

  @Test
  void anyCall_onAnotherTenantsJob_answersAsIfThereWereNone() {
    Tenant owner = Tenant.create("owner");
    Tenant stranger = Tenant.create("stranger");
    String id = owner.create().id();
    var jobs = stranger.client().fineTuning().jobs();

    String message = "No such fine-tuning job: " + id;
    assertThatThrownBy(() -> jobs.retrieve(id))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining(message);
    assertThatThrownBy(() -> jobs.cancel(id))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining(message);
    assertThatThrownBy(() -> jobs.listEvents(id))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining(message);
    assertThat(jobs.list().data()).isEmpty();
    assertThat(jobs.list(JobListParams.builder().after(id).build()).data()).isEmpty();
    String theirs = stranger.body().replace(stranger.file(), owner.file());
    String none = stranger.body().replace(stranger.file(), "file-none");
    assertThat(server.post(stranger.key(), JOBS, theirs).body())
        .contains("file_not_found")
        .isEqualTo(
            server.post(stranger.key(), JOBS, none).body().replace("file-none", owner.file()));
  }

  @Test
  void create_withAValidationFile_keepsItForAsLongAsTheJobRuns() {
    Tenant tenant = Tenant.create("validated");
    Tenant other = Tenant.create("validating");
    server.database.run(
        "update training_file set tenant_id = $1 where id = $2", tenant.id(), other.file());
    JobCreateParams.Builder order =
        JobCreateParams.builder().model(ApiServer.BASE).trainingFile(tenant.file());

    FineTuningJob job =
        tenant.client().fineTuning().jobs().create(order.validationFile(other.file()).build());

    assertThat(job.validationFile()).contains(other.file());
    assertThat(
            tenant.client().fineTuning().jobs().listEvents(job.id()).data().stream()
                .map(FineTuningJobEvent::message))
        .contains(
            "Validating training file: %s and validation file: %s"
                .formatted(tenant.file(), other.file()));
    assertThatThrownBy(() -> tenant.client().files().delete(other.file()))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("is used by job " + job.id());
    assertThatThrownBy(
            () ->
                tenant
                    .client()
                    .fineTuning()
                    .jobs()
                    .create(order.validationFile("file-none").build()))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("The file 'file-none' does not exist.");
  }

  @Test
  void delete_ofAFileInUse_isRefusedUntilTheJobHasEnded() {
    Tenant tenant = Tenant.create("in-use");
    String id = tenant.create().id();

    assertThatThrownBy(() -> tenant.client().files().delete(tenant.file()))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("is used by job " + id + ", which has not finished; cancel it first");
    tenant.client().fineTuning().jobs().cancel(id);
    assertThat(tenant.client().files().delete(tenant.file()).deleted()).isTrue();
    assertThat(server.post(tenant.key(), JOBS, tenant.body()).body())
        .isEqualTo(
            error(
                "The file '%s' does not exist.".formatted(tenant.file()),
                "invalid_request_error",
                "\"training_file\"",
                "file_not_found"));
  }

  @Test
  void anyCall_withAKeyThatIsNone_isUnauthorized() {
    assertThatThrownBy(() -> server.client("tm-tenant-nobody").fineTuning().jobs().list())
        .isInstanceOf(UnauthorizedException.class)
        .hasMessageContaining("Incorrect API key provided: …body");
  }

  @Test
  void retrieve_ofABlockedJob_saysWhyInTheErrorAndInSafety() {
    Tenant tenant = Tenant.create("blocked");
    String id = tenant.create().id();
    server.database.run(
        """
        update job set stage = 'blocked', error_code = 'safety_gate_blocked',
          error_message = 'refusals were lost', finished_at = now() where id = $1
        """,
        id);
    server.database.run(
        """
        insert into evaluation (id, job_id, tenant_id, pack_name, pack_digest, policy_digest,
          base_digest, tuned_digest, judge, max_tokens, created_at, finished_at, verdict, rule)
        select 'eval_1', job.id, tenant_id, 'p', 'd', policy_digest, a.digest, a.digest, 'j', 1,
          now(), now(), 'block', 'max-drop' from job, artifact a where job.id = $1
        """,
        id);

    FineTuningJob job = tenant.client().fineTuning().jobs().retrieve(id);

    assertThat(job.status()).isEqualTo(FineTuningJob.Status.FAILED);
    assertThat(job.error().orElseThrow().code()).isEqualTo("safety_gate_blocked");
    assertThat(job.error().orElseThrow().param()).isEmpty();
    assertThat(job._additionalProperties().get("safety"))
        .asString()
        .contains("stage=blocked", "verdict=block", "rule=max-drop");
  }

  static String error(String message, String type, String param, String code) {
    return "{\"error\":{\"message\":\"%s\",\"type\":\"%s\",\"param\":%s,\"code\":\"%s\"}}"
        .formatted(message, type, param, code);
  }

  @Test
  void anyAnswer_carriesTheHeadersOfOpenAi() {
    HttpResponse<String> response = server.get(server.acme, JOBS);

    HttpHeaders headers = response.headers();
    assertThat(headers.firstValue("x-request-id").orElseThrow()).startsWith("req_");
    assertThat(headers.allValues("openai-organization")).containsExactly("acme");
    assertThat(headers.allValues("openai-version")).containsExactly("2020-10-01");
    assertThat(headers.firstValue("openai-processing-ms").orElseThrow()).matches("[0-9]+");
  }
}
