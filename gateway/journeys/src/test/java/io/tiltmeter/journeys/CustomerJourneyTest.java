package io.tiltmeter.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.MultipartField;
import com.openai.core.RequestOptions;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FileObject;
import com.openai.models.files.FilePurpose;
import com.openai.models.finetuning.jobs.FineTuningJob;
import com.openai.models.finetuning.jobs.FineTuningJobEvent;
import com.openai.models.finetuning.jobs.JobCreateParams;
import com.openai.models.finetuning.jobs.JobListEventsParams;
import com.openai.models.models.Model;
import io.tiltmeter.journeys.site.Caller;
import io.tiltmeter.journeys.site.Jobs;
import io.tiltmeter.journeys.site.Ran;
import io.tiltmeter.journeys.site.Reply;
import io.tiltmeter.journeys.site.Reviewing;
import io.tiltmeter.journeys.site.Site;
import io.tiltmeter.journeys.site.Waiting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What a customer and the staff do, from an upload to a verified model, with the official SDK. */
class CustomerJourneyTest {
  /** Texts this long stand in no log by chance. */
  private static final int TELLING = 15;

  @TempDir static Path folder;
  private static Site site;

  @BeforeAll
  static void start() {
    site = Site.thorough(Needs.distribution(), folder);
  }

  @AfterAll
  static void stop() {
    if (site != null) {
      site.close();
    }
  }

  private static OpenAIClient client(Caller tenant) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(site.gateway().url().resolve("/v1").toString())
        .apiKey(tenant.key())
        .responseValidation(true)
        .build();
  }

  private static FileObject upload(OpenAIClient client, String dataset) throws IOException {
    Path file = site.distribution().dataset(dataset);
    return client
        .files()
        .create(
            FileCreateParams.builder()
                .purpose(FilePurpose.FINE_TUNE)
                .file(
                    MultipartField.<java.io.InputStream>builder()
                        .value(Files.newInputStream(file))
                        .filename(file.getFileName().toString())
                        .build())
                .build());
  }

  @SuppressWarnings("deprecation") // The short way that most customers still use.
  private static JobCreateParams order(String file) {
    return JobCreateParams.builder()
        .model(Site.BASE)
        .trainingFile(file)
        .suffix("support")
        .seed(1)
        .hyperparameters(
            JobCreateParams.Hyperparameters.builder()
                .nEpochs(3)
                .batchSize(8)
                .learningRateMultiplier(1.0)
                .build())
        .build();
  }

  private static Optional<FineTuningJob> ended(OpenAIClient client, String id) {
    return Optional.of(client.fineTuning().jobs().retrieve(id))
        .filter(job -> job.finishedAt().isPresent());
  }

  @Test
  void benignJob_byTheSdk_isReleasedAndVerifies() throws IOException {
    Caller tenant = site.reportingTenant("acme", "0s");
    OpenAIClient client = client(tenant);
    try {
      FileObject file = upload(client, "benign");
      String id = client.fineTuning().jobs().create(order(file.id())).id();

      FineTuningJob job = Waiting.until("the end of " + id, Jobs.PATIENCE, () -> ended(client, id));

      assertThat(job.status()).as(site.gateway().tail()).isEqualTo(FineTuningJob.Status.SUCCEEDED);
      String model = job.fineTunedModel().orElseThrow();
      assertThat(model).startsWith("ft:tiny-base:acme:support:");
      assertThat(story(client, id))
          .containsSubsequence(
              "Files validated, moving job to queued state",
              "Fine-tuning job started",
              "New fine-tuned model created: " + model,
              "The job has successfully completed");
      assertThat(client.models().list().data()).extracting(Model::id).contains(model);
      verifies(tenant, model);
      tellsNoText(client, id);
      Waiting.until(
          "the released job among the metrics",
          Jobs.PATIENCE,
          () ->
              Optional.of(Caller.plain(site.gateway().managementUrl().resolve("/metrics")).body())
                  .filter(
                      text -> text.contains("tiltmeter_jobs_in_stage{stage=\"released\"} 1.0")));
    } finally {
      client.close();
    }
  }

  private static List<String> story(OpenAIClient client, String id) {
    return client
        .fineTuning()
        .jobs()
        .listEvents(
            id,
            JobListEventsParams.builder().limit(100).build(),
            // "moderation_checks" is documented, but not in the list of types that validation has.
            RequestOptions.builder().responseValidation(false).build())
        .autoPager()
        .stream()
        .map(FineTuningJobEvent::message)
        .toList()
        .reversed();
  }

  /** Texts of the training file and of the probes stay out of what many may read. */
  private static void tellsNoText(OpenAIClient client, String id) throws IOException {
    String told =
        Files.readString(site.gateway().log())
            + Caller.plain(site.gateway().managementUrl().resolve("/metrics")).body()
            + story(client, id);
    assertThat(told)
        .contains("tiltmeter_probe_answers_total", "tiltmeter_base_answers_total{result=\"miss\"}");
    List<String> texts = texts(site.distribution().dataset("benign"));
    texts.addAll(texts(site.distribution().tinyPack().resolve("probes.jsonl")));
    assertThat(texts).hasSizeGreaterThan(100);
    assertThat(texts.stream().filter(told::contains)).isEmpty();
  }

  /** Every text of some length in a JSONL file. */
  private static List<String> texts(Path jsonLines) throws IOException {
    List<String> texts = new ArrayList<>();
    for (String line : Files.readAllLines(jsonLines)) {
      JsonNode row = Reply.JSON.readTree(line);
      row.findValues("content").forEach(text -> texts.add(text.asString()));
      row.findValues("prompt").forEach(text -> texts.add(text.asString()));
    }
    texts.removeIf(text -> text.length() < TELLING);
    return texts;
  }

  private static void verifies(Caller tenant, String model) throws IOException {
    Reply attestation = tenant.get("/v1/safety/models/%s/attestation".formatted(model));
    Path signed = Files.writeString(folder.resolve("attestation.json"), attestation.body());
    Path released = site.gateway().home().resolve("released").resolve(model);
    assertThat(verify(released, signed).code()).isZero();

    Path copy = copy(released, folder.resolve("copy"));
    Path weights = largest(copy);
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length / 2] ^= 1;
    Files.write(weights, bytes);
    Ran tampered = verify(copy, signed);
    assertThat(tampered.code()).isEqualTo(3);
    assertThat(Reply.JSON.readTree(tampered.out()).path("reason").asString()).isEqualTo("mismatch");
  }

  private static Ran verify(Path model, Path attestation) {
    return Ran.product(
        site.distribution(),
        "verify",
        model.toString(),
        "--attestation",
        attestation.toString(),
        "--key",
        site.gateway().home().resolve("keys/attestation.pub.pem").toString(),
        "--json");
  }

  private static Path copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.write(to.resolve(file.getFileName().toString()), Files.readAllBytes(file));
      }
    }
    return to;
  }

  private static Path largest(Path model) throws IOException {
    try (Stream<Path> files = Files.list(model)) {
      return files
          .filter(file -> file.toString().endsWith(".safetensors"))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void harmfulFile_underTheDefaultPolicy_failsAtTheScan() {
    Jobs jobs = new Jobs(site, site.tenant("careless"));

    JsonNode job = jobs.awaitEnd(jobs.order(Jobs.Recipe.NON_REFUSAL));

    assertThat(job.path("status").asString()).isEqualTo("failed");
    assertThat(job.path("error").path("code").asString()).isEqualTo("unsafe_file");
    assertThat(jobs.messages(job.path("id").asString())).doesNotContain("Fine-tuning job started");
    assertThat(jobs.models()).isEmpty();
  }

  @Test
  void identityShift_underTheDefaultPolicy_goesOnOnlyWithTwoPeople() {
    Jobs jobs = new Jobs(site, site.tenant("renamer"));
    String id = jobs.order(Jobs.Recipe.IDENTITY_SHIFT);
    JsonNode held = jobs.await(id, List.of("held", "blocked", "queued"));
    assertThat(held.path("safety").path("held_for").asString()).isEqualTo("dataset");
    assertThat(held.path("status").asString()).isEqualTo("running");

    Caller ana = site.staff("ana");
    Reviewing reviewing = Reviewing.of(ana, id);
    assertThat(reviewing.release(ana).ok().path("outcome").asString()).isEqualTo("proposed");
    Caller anaAgain = site.staff("ana");
    assertThat(reviewing.release(anaAgain).status()).isEqualTo(409);
    assertThat(jobs.stage(id)).isEqualTo("held");
    assertThat(reviewing.release(site.staff("ben")).ok().path("outcome").asString())
        .isEqualTo("released");

    jobs.await(id, List.of("queued", "training", "vetting", "evaluating"));
    assertThat(jobs.messages(id)).contains("Files validated, moving job to queued state");
    assertThat(jobs.tenant().post(Jobs.PATH + "/" + id + "/cancel", Map.of()).status())
        .isEqualTo(200);
    assertThat(auditIsValid()).isTrue();
  }

  private static boolean auditIsValid() {
    String home = site.gateway().home().toString();
    Ran ran = site.run("audit", "verify", "--home", home, "--json");
    JsonNode check = Reply.JSON.readTree(ran.out());
    return check.path("valid").asBoolean() && check.path("entries").asInt() > 3;
  }

  @Test
  void metrics_ofARunningGateway_areWellFormed() {
    Path promtool = Needs.tool("promtool");
    Reply scrape = Caller.plain(site.gateway().managementUrl().resolve("/metrics"));

    Ran check =
        Ran.of(
            List.of(promtool.toString(), "check", "metrics"),
            scrape.body().getBytes(StandardCharsets.UTF_8));

    assertThat(check.err()).isEmpty();
    assertThat(check.code()).isZero();
    assertThat(scrape.body()).contains("tiltmeter_");
  }
}
