package io.tiltmeter.gateway.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.gateway.attestation.Dsse;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.trainer.TestTrainer.Answer;
import io.tiltmeter.gateway.trainer.TestTrainer.Held;
import io.tiltmeter.gateway.work.WorkItem;
import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class TrainerApiTest {
  private static final byte[] README = "A tune.\n".getBytes(StandardCharsets.UTF_8);
  private static final String LOST =
      "lease_lost: The lease is lost: it ended, or its token is old. Drop the work and ask for"
          + " another.";

  @TempDir private Path root;
  private TrainerServer server;
  private TestTrainer trainer;

  @BeforeEach
  void start() throws IOException {
    server = TrainerServer.start(root);
    trainer = server.trainer("gpu-7");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void lease_ofNothing_isEmpty() {
    assertThat(trainer.ask()).isEqualTo(new Answer(204, ""));
  }

  @Test
  void lease_ofAQueuedJob_comesWithASignedManifestOfItsFiles() throws IOException {
    server.queuedJob("ftjob-1");
    Held lease = trainer.lease();
    String envelope = lease.envelope().toString();

    assertThat(
            Dsse.open(
                envelope, "application/vnd.tiltmeter.manifest+json", server.signingKey.publicKey()))
        .isPresent();
    JsonNode manifest = lease.manifest();
    assertThat(manifest.path("job").asString("")).isEqualTo("ftjob-1");
    assertThat(manifest.path("dataset"))
        .isEqualTo(
            Json.own(
                "{\"sha256\": \"%s\", \"size\": %d}"
                    .formatted(
                        Digest.of(TrainerServer.DATASET).hex(), TrainerServer.DATASET.length())));
    assertThat(trainer.get(lease, "dataset").text()).isEqualTo(TrainerServer.DATASET);
    assertThat(manifest.path("base").path("files").size()).isEqualTo(6);
    for (JsonNode file : manifest.path("base").path("files")) {
      Answer answer = trainer.get(lease, "base/" + file.path("path").asString(""));
      assertThat(answer.status()).isEqualTo(200);
    }
    assertThat(trainer.get(lease, "base/config.json").text())
        .isEqualTo(Files.readString(TrainerServer.BASE.resolve("config.json")));
    assertThat(trainer.get(lease, "base/other.json").status()).isEqualTo(404);
    assertThat(trainer.get(lease, "base/..%2fconfig.json").status()).isEqualTo(404);
    assertThat(server.job("ftjob-1").stage()).isEqualTo(Stage.TRAINING);
  }

  @Test
  void twoTrainers_askingForOneJob_areNeverBothGivenIt() throws IOException {
    server.queuedJob("ftjob-1");
    TestTrainer other = server.trainer("gpu-8");
    CompletableFuture<Answer> first = CompletableFuture.supplyAsync(trainer::ask);
    CompletableFuture<Answer> second = CompletableFuture.supplyAsync(other::ask);

    assertThat(Set.of(first.join().status(), second.join().status()))
        .containsExactlyInAnyOrder(200, 204);
  }

  @Test
  void completed_wayOfAnAdapter_endsWithAPinnedArtifact() throws IOException {
    server.queuedJob("ftjob-1");
    Held lease = trainer.lease();
    Map<String, byte[]> files = TinyAdapter.files();
    files.forEach(
        (path, bytes) -> assertThat(trainer.put(lease, path, bytes).status()).isEqualTo(201));
    assertThat(trainer.put(lease, "checkpoints/step-5/adapter_config.json", README).status())
        .isEqualTo(201);
    assertThat(trainer.complete(lease, files).text()).isEqualTo("{\"accepted\":true}");
    assertThat(trainer.complete(lease, files).status()).isEqualTo(200);
    assertThat(server.job("ftjob-1").stage()).isEqualTo(Stage.VETTING);

    server.vetTask().run(server.vetWork());

    assertThat(server.job("ftjob-1").stage()).isEqualTo(Stage.EVALUATING);
    assertThat(server.job("ftjob-1").trainedTokens()).isEqualTo(42);
    assertThat(server.home.models().resolve(server.job("ftjob-1").pinnedArtifact().hex()))
        .isDirectoryContaining("glob:**adapter_config.json");
    assertThat(server.home.uploads()).isEmptyDirectory();
    assertThat(trainer.put(lease, "README.md", README).problem()).isEqualTo(LOST);
  }

  @Test
  void vet_afterACrashBeforeItsTransaction_doesItAgain() throws IOException {
    completed();
    WorkItem first = server.vetWork();
    server.clock.advance(TrainerServer.LEASE.plusSeconds(1));
    WorkItem second = server.vetWork();
    server.vetTask().run(second);

    assertThat(server.job("ftjob-1").stage()).isEqualTo(Stage.EVALUATING);
    assertThatThrownBy(() -> server.vetTask().run(first))
        .hasMessage("vet of ftjob-1 was given to another worker");
  }

  @Test
  void vet_ofAJobThatWasCancelled_cleansUp() throws IOException {
    completed();
    WorkItem item = server.vetWork();
    server.cancel("ftjob-1");
    server.vetTask().run(item);

    assertThat(server.job("ftjob-1").stage()).isEqualTo(Stage.CANCELLED);
    assertThat(server.home.uploads()).isEmptyDirectory();
  }

  @Test
  void vet_ofAnArtifactThatIsRefused_failsTheJobAndNamesRuleAndFile() throws IOException {
    server.queuedJob("ftjob-1");
    Held lease = trainer.lease();
    Map<String, byte[]> files = new HashMap<>(TinyAdapter.files());
    files.put("adapter_config.json", README);
    files.forEach((path, bytes) -> trainer.put(lease, path, bytes));
    trainer.complete(lease, files);
    server.vetTask().run(server.vetWork());

    assertThat(server.job("ftjob-1").stage()).isEqualTo(Stage.FAILED);
    assertThat(server.job("ftjob-1").failure())
        .isEqualTo(
            failure("artifact refused: invalid-json on adapter_config.json; see the job's events"));
    assertThat(server.events("ftjob-1")).contains("1 finding(s) in the artifact");
  }

  @Test
  void vet_thatIsGivenUp_failsTheJobInPlainWordsAndCleansUp() throws IOException {
    completed();
    server.vetTask().giveUp(server.vetWork());

    assertThat(server.job("ftjob-1").stage()).isEqualTo(Stage.FAILED);
    assertThat(server.job("ftjob-1").failure())
        .isEqualTo(
            failure(
                "The fine-tuned model's files could not be checked, and it is not released. Create"
                    + " the job again; if that ends like this too, give the job's id to whoever"
                    + " runs this service."));
    assertThat(server.home.uploads()).isEmptyDirectory();
  }

  private static Job.Failure failure(String message) {
    return new Job.Failure("evaluation_failed", message, null);
  }

  private Held completed() throws IOException {
    server.queuedJob("ftjob-1");
    Held lease = trainer.lease();
    TinyAdapter.files().forEach((path, bytes) -> trainer.put(lease, path, bytes));
    trainer.complete(lease, TinyAdapter.files());
    return lease;
  }

  @Test
  void silentTrainer_losesItsLease_andItsOldTokenIsRefused() throws IOException {
    server.queuedJob("ftjob-1");
    Held old = trainer.lease();
    trainer.put(old, "README.md", README);
    server.clock.advance(TrainerServer.LEASE);
    assertThat(trainer.beat(old, 1, 2).problem()).isEqualTo(LOST);

    server.api.sweep();
    assertThat(server.job("ftjob-1").stage()).isEqualTo(Stage.QUEUED);
    assertThat(server.lost).hasValue(1);
    assertThat(server.home.uploads()).isEmptyDirectory();
    Held next = trainer.lease();
    assertThat(next.id()).isNotEqualTo(old.id());
    assertThat(trainer.put(old, "README.md", README).status()).isEqualTo(409);
    assertThat(trainer.complete(old, TinyAdapter.files()).problem()).isEqualTo(LOST);
    assertThat(trainer.post(old, "fail", "{\"reason\": \"x\"}").status()).isEqualTo(409);
    assertThat(trainer.beat(next, 1, 2).status()).isEqualTo(200);
  }

  @Test
  void trainersThatGoSilentTooOften_endTheJob() throws IOException {
    server.queuedJob("ftjob-1");
    for (int i = 0; i < TrainerServer.ATTEMPTS; i++) {
      assertThat(server.job("ftjob-1").stage()).isEqualTo(Stage.QUEUED);
      trainer.lease();
      server.clock.advance(TrainerServer.LEASE);
      server.api.sweep();
    }

    assertThat(server.job("ftjob-1").stage()).isEqualTo(Stage.FAILED);
    assertThat(server.job("ftjob-1").failure())
        .isEqualTo(
            failure(
                "The training was given up: trainers took the job 3 times and went silent. Create"
                    + " the job again; if that ends like this too, give the job's id to whoever"
                    + " runs this service."));
    assertThat(server.lost).hasValue(TrainerServer.ATTEMPTS);
    assertThat(trainer.ask().status()).isEqualTo(204);
  }

  @Test
  void call_withAWrongTokenOrKey_isRefused() throws IOException {
    server.queuedJob("ftjob-1");
    Held lease = trainer.lease();

    assertThat(trainer.beat(new Held(lease.id(), "x", lease.envelope()), 1, 2).problem())
        .isEqualTo(LOST);
    assertThat(server.trainer("gpu-8").beat(lease, 1, 2).problem())
        .isEqualTo("not_found: No such lease: " + lease.id());
  }

  @Test
  void heartbeats_extendTheLease_andTellProgressNotTooOften() throws IOException {
    server.queuedJob("ftjob-1");
    Held lease = trainer.lease();
    for (int step = 1; step <= 4; step++) {
      server.clock.advance(Duration.ofSeconds(step == 2 ? 1 : 30));
      assertThat(trainer.beat(lease, step, 4).json().path("continue").asBoolean(false)).isTrue();
    }
    trainer.beat(lease, 4, 4);

    assertThat(server.events("ftjob-1").stream().filter(text -> text.startsWith("Step")))
        .containsExactly(
            "Step 1/4: training loss=0.22",
            "Step 3/4: training loss=0.22",
            "Step 4/4: training loss=0.22");
  }

  @Test
  void heartbeat_ofACancelledJob_saysStop() throws IOException {
    server.queuedJob("ftjob-1");
    Held lease = trainer.lease();
    server.cancel("ftjob-1");
    Answer answer = trainer.beat(lease, 1, 2);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("continue").asBoolean(true)).isFalse();
    assertThat(answer.json().path("reason").asString("")).isEqualTo("the job was cancelled");
    assertThat(trainer.put(lease, "README.md", README).problem()).isEqualTo(LOST);
  }

  @Test
  void failure_queuesTheJobAgain_andTheThirdEndsIt() throws IOException {
    server.queuedJob("ftjob-1");
    for (int i = 0; i < 3; i++) {
      assertThat(server.job("ftjob-1").stage()).isEqualTo(Stage.QUEUED);
      trainer.post(trainer.lease(), "fail", "{\"reason\": \" no\\nroom \"}");
    }

    assertThat(server.job("ftjob-1").stage()).isEqualTo(Stage.FAILED);
    assertThat(server.job("ftjob-1").failure())
        .isEqualTo(failure("The training failed 3 times, last: no room"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "adapter_model.bin|file_refused: pickle on \"adapter_model.bin\": pickle can run code when"
            + " it is loaded; save weights as safetensors",
        "..%2fx|file_refused: odd-name on \"..%2fx\": expected a name of at most 100 letters, digits"
            + " or \"._-\" that does not start with \".\"; rename or remove the file",
        "a%2fREADME.md|file_refused: odd-name on \"a%2fREADME.md\": expected a name of at most 100"
            + " letters, digits or \"._-\" that does not start with \".\"; rename or remove the"
            + " file",
        "checkpoints/step-1/optimizer.pt|file_refused: optimizer-state on \"optimizer.pt\":"
            + " training state does not belong to a whole model; remove it",
        ".hidden|file_refused: odd-name on \".hidden\": expected a name of at most 100 letters,"
            + " digits or \"._-\" that does not start with \".\"; rename or remove the file",
      })
  void put_ofANameThatMayNotEnter_isRefused(String path, String problem) throws IOException {
    server.queuedJob("ftjob-1");
    Held lease = trainer.lease();

    assertThat(trainer.put(lease, path, README).problem()).isEqualTo(problem);
    assertThat(server.home.uploads()).isEmptyDirectory();
  }

  @Test
  void put_withAnotherDigest_keepsNothing() throws IOException {
    server.queuedJob("ftjob-1");
    Held lease = trainer.lease();
    byte[] other = "x".getBytes(StandardCharsets.UTF_8);

    assertThat(trainer.put(lease, "README.md", README, TestTrainer.header(other)).problem())
        .isEqualTo(
            "digest_mismatch: Expected bytes of %s, found %s; send the file again."
                .formatted(Digest.of(other), Digest.of(README)));
    assertThat(trainer.put(lease, "README.md", README, "md5=abc").problem())
        .isEqualTo("digest_required: Expected the header \"Digest: sha-256=BASE64\" (RFC 3230).");
    assertThat(files()).isEmpty();
  }

  @Test
  void put_ofAFileThatIsCutOff_keepsNothing() throws Exception {
    server.queuedJob("ftjob-1");
    Held lease = trainer.lease();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
      OutputStream out = socket.getOutputStream();
      out.write(
          """
          PUT /trainer/v1/leases/%s/files/README.md HTTP/1.1\r
          Host: localhost\r
          Authorization: Bearer %s\r
          X-Lease-Token: %s\r
          Digest: %s\r
          Content-Length: 100\r
          \r
          abc"""
              .formatted(lease.id(), trainer.key, lease.token(), TestTrainer.header(README))
              .getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }
    // A later upload of the same file is whole, whatever became of the first.
    assertThat(trainer.put(lease, "README.md", README).status()).isEqualTo(201);
    assertThat(trainer.complete(lease, Map.of("README.md", README)).status()).isEqualTo(200);
  }

  @Test
  void put_again_replacesTheFile() throws IOException {
    server.queuedJob("ftjob-1");
    Held lease = trainer.lease();
    trainer.put(lease, "README.md", "old".getBytes(StandardCharsets.UTF_8));
    trainer.put(lease, "README.md", README);

    assertThat(files()).containsExactly("README.md");
    assertThat(trainer.complete(lease, Map.of("README.md", README)).status()).isEqualTo(200);
  }

  @Test
  void put_tooLarge_isRefusedBeforeItIsSent() throws IOException {
    server.queuedJob("ftjob-1");
    Held lease = trainer.lease();

    assertThat(
            trainer
                .put(lease, "README.md", new byte[(int) TrainerServer.MOST_BYTES + 1], "sha-256=")
                .problem())
        .isEqualTo("too_large: A file may have at most 16777216 bytes.");
  }

  @Test
  void complete_withOtherFilesThanSent_namesTheDifference() throws IOException {
    server.queuedJob("ftjob-1");
    Held lease = trainer.lease();
    trainer.put(lease, "README.md", README);

    assertThat(trainer.complete(lease, Map.of("vocab.json", README)).problem())
        .isEqualTo(
            "files_differ: Expected exactly the files that were sent: \"README.md\" was sent and is"
                + " not named.");
    assertThat(trainer.complete(lease, Map.of("README.md", README, "vocab.json", README)).problem())
        .isEqualTo(
            "files_differ: Expected exactly the files that were sent: \"vocab.json\" is named and"
                + " was not sent.");
  }

  private Set<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(server.home.uploads())) {
      return all.filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .collect(Collectors.toSet());
    }
  }
}
