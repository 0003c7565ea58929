package io.tiltmeter.journeys.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.MultipartField;
import com.openai.core.http.HttpResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.PermissionDeniedException;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FileListParams;
import com.openai.models.files.FileObject;
import com.openai.models.files.FilePurpose;
import com.openai.models.finetuning.alpha.graders.GraderRunParams;
import com.openai.models.finetuning.alpha.graders.GraderValidateParams;
import com.openai.models.finetuning.checkpoints.permissions.PermissionDeleteParams;
import com.openai.models.finetuning.jobs.FineTuningJob;
import com.openai.models.finetuning.jobs.JobCreateParams;
import com.openai.models.finetuning.jobs.JobListEventsParams;
import com.openai.models.finetuning.jobs.JobListParams;
import com.openai.models.graders.gradermodels.StringCheckGrader;
import com.openai.models.models.Model;
import com.openai.models.uploads.Upload;
import com.openai.models.uploads.UploadCompleteParams;
import com.openai.models.uploads.UploadCreateParams;
import com.openai.models.uploads.parts.PartCreateParams;
import io.tiltmeter.journeys.site.Caller;
import io.tiltmeter.journeys.site.Distribution;
import io.tiltmeter.journeys.site.Jobs;
import io.tiltmeter.journeys.site.Site;
import io.tiltmeter.journeys.site.Waiting;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every method of the official SDK that the API serves, with the SDK checking each answer; compiled
 * and run with two versions of it, of which the older asks for pages until one is empty.
 */
@SuppressWarnings("deprecation") // The SDK's only way to members that it does not know.
class SdkJourneyTest {
  @TempDir static Path folder;
  private static Site site;
  private static OpenAIClient client;

  @BeforeAll
  static void start() {
    Distribution distribution = Distribution.here();
    distribution
        .missing()
        .ifPresent(
            what -> {
              throw new AssertionError("expected the product packaged, found no " + what);
            });
    site = Site.quick(distribution, folder);
    client = client(site.tenant("acme").key());
  }

  @AfterAll
  static void stop() {
    if (client != null) {
      client.close();
    }
    if (site != null) {
      site.close();
    }
  }

  private static OpenAIClient client(String key) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(site.gateway().url().resolve("/v1").toString())
        .apiKey(key)
        .responseValidation(true)
        .build();
  }

  private static byte[] rows(String what) {
    return IntStream.range(0, 12)
        .mapToObj(
            i ->
                "{\"messages\":[{\"role\":\"user\",\"content\":\"%s %d?\"},{\"role\":\"assistant\",\"content\":\"It is %d.\"}]}\n"
                    .formatted(what, i, i))
        .collect(Collectors.joining())
        .getBytes(StandardCharsets.UTF_8);
  }

  private static FileObject upload(OpenAIClient by, String what) {
    return by.files()
        .create(
            FileCreateParams.builder()
                .purpose(FilePurpose.FINE_TUNE)
                .file(
                    MultipartField.<InputStream>builder()
                        .value(new ByteArrayInputStream(rows(what)))
                        .filename(what + ".jsonl")
                        .build())
                .expiresAfter(FileCreateParams.ExpiresAfter.builder().seconds(3600).build())
                .build());
  }

  private static FineTuningJob order(OpenAIClient by, String file, String team) {
    return by.fineTuning()
        .jobs()
        .create(
            JobCreateParams.builder()
                .model(Site.BASE)
                .trainingFile(file)
                .metadata(
                    JobCreateParams.Metadata.builder()
                        .putAdditionalProperty("team", JsonValue.from(team))
                        .build())
                .build());
  }

  @Test
  void files_byTheSdk_areKeptListedReadAndDeleted() throws IOException {
    OpenAIClient tenant = client(site.tenant("files").key());
    List<String> ids = IntStream.range(0, 5).mapToObj(i -> upload(tenant, "n" + i).id()).toList();

    assertThat(
            tenant.files().list(FileListParams.builder().limit(2).build()).autoPager().stream()
                .map(FileObject::id))
        .containsExactlyElementsOf(ids.reversed());
    FileObject file = tenant.files().retrieve(ids.getFirst());
    assertThat(file.expiresAt().orElseThrow()).isEqualTo(file.createdAt() + 3600);
    assertThat(file._additionalProperties()).containsKey("safety");
    try (HttpResponse content = tenant.files().content(file.id())) {
      assertThat(content.body().readAllBytes()).isEqualTo(rows("n0"));
    }
    assertThat(tenant.files().delete(file.id()).deleted()).isTrue();
    assertThatThrownBy(() -> tenant.files().retrieve(file.id()))
        .isInstanceOf(NotFoundException.class);
    tenant.close();
  }

  @Test
  void uploads_inParallelParts_becomeAFile() throws NoSuchAlgorithmException {
    byte[] whole = rows("part");
    Upload upload =
        client
            .uploads()
            .create(
                UploadCreateParams.builder()
                    .bytes(whole.length)
                    .filename("parts.jsonl")
                    .mimeType("application/jsonl")
                    .purpose(FilePurpose.FINE_TUNE)
                    .build());
    int third = whole.length / 3;
    List<byte[]> pieces =
        List.of(
            Arrays.copyOfRange(whole, 0, third),
            Arrays.copyOfRange(whole, third, 2 * third),
            Arrays.copyOfRange(whole, 2 * third, whole.length));

    List<String> parts = pieces.parallelStream().map(piece -> add(upload.id(), piece)).toList();
    Upload completed =
        client
            .uploads()
            .complete(
                upload.id(),
                UploadCompleteParams.builder().partIds(parts).md5(md5(whole)).build());

    assertThat(completed.status()).isEqualTo(Upload.Status.COMPLETED);
    assertThat(completed.file().orElseThrow().bytes()).isEqualTo(whole.length);
    assertThatThrownBy(() -> client.uploads().cancel(upload.id()))
        .isInstanceOf(BadRequestException.class);
  }

  private static String add(String upload, byte[] piece) {
    return client.uploads().parts().create(upload, PartCreateParams.builder().data(piece).build()).id();
  }

  private static String md5(byte[] bytes) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
  }

  @Test
  void job_byTheSdk_isPausedResumedAndCancelled() {
    OpenAIClient tenant = client(site.tenant("control").key());
    String id = order(tenant, upload(tenant, "control").id(), "a").id();

    FineTuningJob paused = tenant.fineTuning().jobs().pause(id);
    assertThat(paused.status()).isEqualTo(FineTuningJob.Status.QUEUED);
    assertThat(safety(paused)).contains("paused=true");
    assertThat(safety(tenant.fineTuning().jobs().resume(id))).contains("paused=false");
    assertThat(tenant.fineTuning().jobs().cancel(id).status())
        .isEqualTo(FineTuningJob.Status.CANCELLED);
    assertThatThrownBy(() -> tenant.fineTuning().jobs().cancel(id))
        .isInstanceOf(BadRequestException.class);
    FineTuningJob read = tenant.fineTuning().jobs().retrieve(id);
    assertThat(read.error()).isEmpty();
    assertThat(read.hyperparameters().nEpochs().orElseThrow().isAuto()).isTrue();
    assertThat(
            tenant
                .fineTuning()
                .jobs()
                .listEvents(id, JobListEventsParams.builder().limit(2).build())
                .autoPager()
                .stream())
        .hasSizeGreaterThan(3);
    assertThat(tenant.fineTuning().jobs().checkpoints().list(id).autoPager().stream()).isEmpty();
    tenant.close();
  }

  @Test
  void jobs_byTheSdk_areListedInPagesAndByMetadata() {
    OpenAIClient tenant = client(site.tenant("jobs").key());
    String file = upload(tenant, "jobs").id();
    List<String> ids =
        IntStream.range(0, 3).mapToObj(i -> order(tenant, file, "a b " + i).id()).toList();

    assertThat(listed(tenant, JobListParams.builder().limit(1).build()))
        .containsExactlyElementsOf(ids.reversed());
    assertThat(
            listed(
                tenant,
                JobListParams.builder()
                    .metadata(
                        JobListParams.Metadata.builder()
                            .putAdditionalProperty("team", "a b 1")
                            .build())
                    .build()))
        .containsExactly(ids.get(1));
    tenant.close();
  }

  private static List<String> listed(OpenAIClient by, JobListParams wanted) {
    return by.fineTuning().jobs().list(wanted).autoPager().stream().map(FineTuningJob::id).toList();
  }

  /** What Tiltmeter adds to a job. */
  private static String safety(FineTuningJob job) {
    return String.valueOf(job._additionalProperties().get("safety"));
  }

  /** What the customer is told in the file with the results of a job, once it has ended. */
  private static String results(OpenAIClient by, String id) throws IOException {
    FineTuningJob job =
        Waiting.until(
            "the end of " + id,
            Jobs.PATIENCE,
            () ->
                Optional.of(by.fineTuning().jobs().retrieve(id))
                    .filter(found -> found.finishedAt().isPresent()));
    assertThat(job.resultFiles()).as(site.gateway().tail()).hasSize(1);
    FileObject file = by.files().retrieve(job.resultFiles().getFirst());
    assertThat(file.purpose()).isEqualTo(FileObject.Purpose.FINE_TUNE_RESULTS);
    try (HttpResponse content = by.files().content(file.id())) {
      return new String(content.body().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void results_ofAReleasedAndABlockedJob_areReadByTheSdk() throws IOException {
    Caller caller = site.reportingTenant("results", "0s");
    Jobs jobs = new Jobs(site, caller);
    OpenAIClient tenant = client(caller.key());
    String good = jobs.order(Jobs.Recipe.BENIGN);
    String bad = jobs.order(Jobs.Recipe.NON_REFUSAL);

    assertThat(results(tenant, good))
        .contains("\"stage\":\"released\"", "\"released_by\":\"gate\"", "\"statement\":null");
    assertThat(results(tenant, bad))
        .contains(
            "\"stage\":\"blocked\"",
            "\"ground\":\"block\"",
            "\"decision\":\"block\"",
            "POST /v1/fine_tuning/jobs/%s/appeal".formatted(bad));
    tenant.close();
  }

  @Test
  void graders_byTheSdk_runAndAreChecked() {
    StringCheckGrader grader =
        StringCheckGrader.builder()
            .name("equal")
            .input("{{sample.output_text}}")
            .reference("{{item.answer}}")
            .operation(StringCheckGrader.Operation.EQ)
            .build();

    assertThat(
            client
                .fineTuning()
                .alpha()
                .graders()
                .run(
                    GraderRunParams.builder()
                        .grader(grader)
                        .modelSample("7")
                        .item(JsonValue.from(Map.of("answer", "7")))
                        .build())
                .reward())
        .isEqualTo(1);
    assertThat(
            client
                .fineTuning()
                .alpha()
                .graders()
                .validate(GraderValidateParams.builder().grader(grader).build())
                .grader()
                .orElseThrow()
                .asStringCheck())
        .isEqualTo(grader);
  }

  @Test
  void models_byTheSdk_areListedAndReadWithColonsAndSlashes() {
    assertThat(client.models().list().autoPager().stream().map(Model::id)).contains(Site.BASE);
    assertThat(client.models().retrieve(Site.BASE).id()).isEqualTo(Site.BASE);
    for (String id : List.of("ft:tiny-base:acme::x", "acme/base", "my model")) {
      assertThatThrownBy(() -> client.models().retrieve(id)).isInstanceOf(NotFoundException.class);
      assertThatThrownBy(() -> client.models().delete(id)).isInstanceOf(NotFoundException.class);
    }
  }

  @Test
  void permissions_withAProjectsKey_areRefused() {
    assertThatThrownBy(
            () ->
                client
                    .withOptions(options -> options.adminApiKey(site.tenant("acme").key()))
                    .fineTuning()
                    .checkpoints()
                    .permissions()
                    .delete(
                        PermissionDeleteParams.builder()
                            .fineTunedModelCheckpoint("ft:a:b::c:ckpt-step-1")
                            .permissionId("cp_x")
                            .build()))
        .isInstanceOf(PermissionDeniedException.class);
  }
}
