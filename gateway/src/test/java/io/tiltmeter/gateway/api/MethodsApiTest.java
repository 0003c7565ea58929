package io.tiltmeter.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.errors.BadRequestException;
import com.openai.models.finetuning.jobs.FineTuningJob;
import com.openai.models.finetuning.jobs.FineTuningJobWandbIntegration;
import com.openai.models.finetuning.jobs.JobCreateParams;
import com.openai.models.finetuning.methods.DpoHyperparameters;
import com.openai.models.finetuning.methods.DpoMethod;
import com.openai.models.finetuning.methods.ReinforcementHyperparameters;
import com.openai.models.finetuning.methods.ReinforcementMethod;
import com.openai.models.graders.gradermodels.StringCheckGrader;
import io.tiltmeter.gateway.blob.Blob;
import io.tiltmeter.gateway.file.FileStore;
import io.tiltmeter.gateway.file.Provenance;
import io.tiltmeter.gateway.file.TrainingFile;
import io.tiltmeter.gateway.job.TrainerCapabilities;
import io.tiltmeter.gateway.job.TrainerMethodStore;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.key.KeyStore;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import io.tiltmeter.policy.lineage.Digest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Methods beside supervised training, as the official SDK asks for them. */
class MethodsApiTest {
  private static final StringCheckGrader GRADER =
      StringCheckGrader.builder()
          .name("equal")
          .input("{{sample.output_text}}")
          .reference("{{item.answer}}")
          .operation(StringCheckGrader.Operation.EQ)
          .build();

  @TempDir private Path folder;
  private ApiServer server;
  private OpenAIClient client;
  private String trainerKey;

  @BeforeEach
  void start() {
    server = ApiServer.start(folder.resolve("blobs"));
    client = server.client(server.acme);
    KeyStore keys = new KeyStore(server.clock);
    String secret = keys.createForTrainer(server.database, "gpu-1").secret();
    trainerKey = keys.find(server.database, secret).orElseThrow().keyId();
    Caller.Tenant acme = (Caller.Tenant) keys.find(server.database, server.acme).orElseThrow();
    new FileStore(server.clock)
        .insert(
            server.database,
            new FileStore.NewFile(
                "file-1",
                acme.tenantId(),
                new Blob(Digest.of("rows"), 4),
                "train.jsonl",
                "fine-tune",
                new TrainingFile.Origin(acme.keyId(), "127.0.0.1", Provenance.UNKNOWN)));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void trainerAsks(String... methods) {
    trainerAsks(new TrainerCapabilities(List.of(methods), List.of()));
  }

  private void trainerAsks(TrainerCapabilities capabilities) {
    new TrainerMethodStore(server.clock).asked(server.database, trainerKey, capabilities);
  }

  private FineTuningJob create(JobCreateParams.Method method) {
    return client
        .fineTuning()
        .jobs()
        .create(
            JobCreateParams.builder()
                .model(ApiServer.BASE)
                .trainingFile("file-1")
                .method(method)
                .build());
  }

  private static JobCreateParams.Method dpo() {
    return JobCreateParams.Method.builder()
        .type(JobCreateParams.Method.Type.DPO)
        .dpo(
            DpoMethod.builder()
                .hyperparameters(DpoHyperparameters.builder().beta(0.25).nEpochs(2).build())
                .build())
        .build();
  }

  private static JobCreateParams.Method reinforcement() {
    return JobCreateParams.Method.builder()
        .type(JobCreateParams.Method.Type.REINFORCEMENT)
        .reinforcement(
            ReinforcementMethod.builder()
                .grader(GRADER)
                .hyperparameters(
                    ReinforcementHyperparameters.builder()
                        .reasoningEffort(ReinforcementHyperparameters.ReasoningEffort.LOW)
                        .computeMultiplier(1.5)
                        .evalInterval(5)
                        .build())
                .build())
        .build();
  }

  @Test
  void create_ofAMethodThatATrainerHas_makesAJob() {
    trainerAsks("supervised", "dpo");

    FineTuningJob job = create(dpo());

    DpoHyperparameters values =
        job.method().orElseThrow().dpo().orElseThrow().hyperparameters().orElseThrow();
    assertThat(values.beta().orElseThrow().asNumber()).isEqualTo(0.25);
    assertThat(values.nEpochs().orElseThrow().asInteger()).isEqualTo(2);
    assertThat(values.batchSize().orElseThrow().isAuto()).isTrue();
    assertThat(client.fineTuning().jobs().retrieve(job.id())).isEqualTo(job);
  }

  @Test
  void create_ofAMethodThatNoTrainerHas_isRefused() {
    trainerAsks("supervised");

    assertThatThrownBy(() -> create(dpo()))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("No trainer here trains by the method \"dpo\"");
  }

  @Test
  void create_afterTheTrainersKeyWasRevoked_isRefused() {
    trainerAsks("dpo");
    server.database.run("update api_key set revoked_at = now() where id = $1", trainerKey);

    assertThatThrownBy(() -> create(dpo())).isInstanceOf(BadRequestException.class);
  }

  @Test
  void create_afterTheTrainerWasGoneForAWeek_isRefused() {
    trainerAsks("dpo");
    server.clock.advance(Duration.ofDays(8));

    assertThatThrownBy(() -> create(dpo())).isInstanceOf(BadRequestException.class);
  }

  @Test
  void create_byReinforcement_keepsTheGraderAndHasItTried() {
    trainerAsks("reinforcement");

    FineTuningJob job = create(reinforcement());

    ReinforcementMethod method = job.method().orElseThrow().reinforcement().orElseThrow();
    assertThat(method.grader().asStringCheck()).isEqualTo(GRADER);
    assertThat(method.hyperparameters().orElseThrow().reasoningEffort())
        .contains(ReinforcementHyperparameters.ReasoningEffort.LOW);
    assertThat(
            new WorkStore(server.clock)
                .lease(server.database, Set.of(WorkKind.GRADER), "test", Duration.ofMinutes(1))
                .orElseThrow()
                .subject())
        .isEqualTo(job.id());
  }

  private static JobCreateParams.Integration reportTo(String project) {
    return JobCreateParams.Integration.builder()
        .wandb(
            JobCreateParams.Integration.Wandb.builder()
                .project(project)
                .entity("safety-team")
                .addTag("nightly")
                .build())
        .build();
  }

  private FineTuningJob createReporting() {
    return client
        .fineTuning()
        .jobs()
        .create(
            JobCreateParams.builder()
                .model(ApiServer.BASE)
                .trainingFile("file-1")
                .addIntegration(reportTo("tunes"))
                .build());
  }

  @Test
  void create_withAnIntegrationThatATrainerHas_echoesIt() {
    trainerAsks(new TrainerCapabilities(List.of("supervised"), List.of("wandb")));

    FineTuningJob job = createReporting();

    FineTuningJobWandbIntegration wandb = job.integrations().orElseThrow().getFirst().wandb();
    assertThat(wandb.project()).isEqualTo("tunes");
    assertThat(wandb.name()).isEmpty();
    assertThat(wandb.entity()).contains("safety-team");
    assertThat(wandb.tags()).contains(List.of("nightly"));
    assertThat(client.fineTuning().jobs().retrieve(job.id())).isEqualTo(job);
  }

  @Test
  void create_withAnIntegrationOfATrainerOfAnotherMethod_isRefused() {
    trainerAsks(new TrainerCapabilities(List.of("dpo"), List.of("wandb")));

    assertThatThrownBy(this::createReporting)
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining(
            "No trainer here that trains by the method \"supervised\" reports to \"wandb\"");
  }
}
