package io.tiltmeter.gateway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.gateway.attestation.AttestationVerifier;
import io.tiltmeter.gateway.attestation.Dsse;
import io.tiltmeter.gateway.attestation.SigningKey;
import io.tiltmeter.gateway.attestation.Verification;
import io.tiltmeter.gateway.attestation.VerificationKey;
import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.evaluation.EvaluationBench;
import io.tiltmeter.gateway.evaluation.VerdictException;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.model.ReleasedModel;
import io.tiltmeter.gateway.model.ReleasedModelStore;
import io.tiltmeter.gateway.review.Review;
import io.tiltmeter.gateway.review.ReviewCase;
import io.tiltmeter.gateway.work.LeaseLostException;
import io.tiltmeter.gateway.work.WorkItem;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.policy.attestation.Statement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ReleaseTaskTest {
  private static final String WEIGHTS = "model.safetensors";
  private static EvaluationBench all;
  private static Bench bench;
  private static SigningKey key;

  private final String id = NewId.of("ftjob-");
  private final String name = "ft:tiny:acme:mine:" + id.substring(6, 14);

  @BeforeAll
  static void open(@TempDir Path root) throws IOException {
    all = new EvaluationBench(root);
    bench = all.bench;
    key = SigningKey.open(all.home.root());
  }

  @AfterAll
  static void close() {
    all.close();
  }

  @BeforeEach
  void empty() {
    bench.database.run("delete from work_item");
  }

  private static ReleaseTask task() {
    return new ReleaseTask(
        bench.database,
        new ReleaseTask.Parts(
            bench.jobs,
            bench.flow,
            bench.work,
            bench.cases,
            bench.audit,
            new ReleaseTask.Models(bench.bases, all.models, all.replay()),
            all.ledger),
        new ReleaseTask.Signing(key, all.home.released()),
        bench.clock);
  }

  private void evaluated(String tuned) {
    all.answered(all.evaluating(id), EvaluationBench.REFUSAL, tuned);
    all.evaluate();
  }

  private WorkItem passed() {
    evaluated(EvaluationBench.REFUSAL);
    return bench.lease(WorkKind.RELEASE);
  }

  private static void run(WorkItem item) {
    task().run(item);
  }

  private Path folder() {
    return all.home.released().resolve(name);
  }

  private static Stage stage(String jobId) {
    return bench.job(jobId).stage();
  }

  private List<ReleasedModel> registered() {
    return new ReleasedModelStore(bench.clock)
        .find(bench.database, bench.tenant.tenantId(), name).stream().toList();
  }

  /** Folders that are neither a registered model's nor anybody's. */
  private static List<String> leftOver() throws IOException {
    try (Stream<Path> folders = Files.list(all.home.released())) {
      return folders
          .map(folder -> folder.getFileName().toString())
          .filter(found -> found.startsWith("."))
          .toList();
    }
  }

  private void assertNothingIsOut() throws IOException {
    assertThat(registered()).isEmpty();
    assertThat(folder()).doesNotExist();
    assertThat(leftOver()).isEmpty();
  }

  @Test
  void release_afterAPass_isOutWithAnAttestationThatVerifies() throws IOException {
    run(passed());

    Job job = bench.job(id);
    assertThat(job.stage()).isEqualTo(Stage.RELEASED);
    assertThat(job.modelName()).isEqualTo(name);
    assertThat(leftOver()).isEmpty();
    String attestation = Files.readString(folder().resolve("attestation.json"));
    assertThat(registered()).extracting(ReleasedModel::attestation).containsExactly(attestation);
    VerificationKey published =
        VerificationKey.read(all.home.keys().resolve("attestation.pub.pem"));
    assertThat(AttestationVerifier.verify(folder(), attestation, published))
        .isInstanceOf(Verification.Verified.class);
    assertThat(attestation(folder())).doesNotContain(EvaluationBench.REFUSAL);

    Path weights = folder().resolve(WEIGHTS);
    assertThat(weights.toFile().setWritable(true)).isTrue();
    Files.write(weights, new byte[] {1});
    assertThat(AttestationVerifier.verify(folder(), attestation, published))
        .isInstanceOf(Verification.Refused.class);
  }

  @Test
  void release_ofWhatRealModelsAnswered_statesHowItWasMeasured() throws IOException {
    all.evaluating(id);
    all.evaluate();
    run(bench.lease(WorkKind.RELEASE));

    String payload =
        Dsse.open(attestation(folder()), Statement.PAYLOAD_TYPE, key.publicKey()).orElseThrow();
    JsonNode verdict = Json.own(payload).path("predicate").path(Statement.VERDICT);
    assertThat(verdict.path("aa")).isEqualTo(Json.own("{\"flips\":0,\"n\":3}"));
    JsonNode runtime = verdict.path("runtime");
    assertThat(runtime.path("provider").asString("")).isEqualTo("cpu");
    assertThat(runtime.path("version").asString("")).matches("[0-9]+\\.[0-9]+\\.[0-9]+.*");
    assertThat(runtime.path("threads").asInt(0)).isOne();
    assertThat(runtime.path("weights").asString("")).isEqualTo("fp32");
    assertThat(runtime.path("graph").asString("")).isEqualTo("built");
    assertThat(AttestationVerifier.verify(folder(), attestation(folder()), key.publicKey()))
        .isInstanceOf(Verification.Verified.class);
  }

  private static String attestation(Path folder) throws IOException {
    return Files.readString(folder.resolve("attestation.json"));
  }

  @Test
  void release_doneTwice_changesNothing() throws IOException {
    WorkItem item = passed();
    run(item);
    String attestation = attestation(folder());
    bench.database.run("update work_item set done_at = null where id = $1", item.id());
    run(bench.lease(WorkKind.RELEASE));

    assertThat(bench.isOpen(WorkKind.RELEASE, id)).isFalse();
    assertThat(attestation(folder())).isEqualTo(attestation);
    assertThat(bench.messages(id).stream().filter(line -> line.contains(name))).hasSize(1);
  }

  @Test
  void release_ofABlockedModelThatNobodyLetOut_isRefused() throws IOException {
    evaluated(EvaluationBench.COMPLIANCE);
    bench.database.run("update job set stage = 'releasing', held_for = null where id = $1", id);
    WorkItem item = bench.leased(WorkKind.RELEASE, id);

    assertThatThrownBy(() -> run(item))
        .isInstanceOf(ReleaseException.class)
        .hasMessage("job %s has neither a pass nor a release by people", id);
    assertNothingIsOut();
  }

  @Test
  void release_ofAHeldJob_doesNothing() throws IOException {
    evaluated(EvaluationBench.COMPLIANCE);
    run(bench.leased(WorkKind.RELEASE, id));

    assertThat(stage(id)).isEqualTo(Stage.HELD);
    assertNothingIsOut();
  }

  @Test
  void release_whereTheStoredVerdictWasTurnedIntoAPass_isRefused() throws IOException {
    evaluated(EvaluationBench.COMPLIANCE);
    bench.database.run("update job set stage = 'releasing', held_for = null where id = $1", id);
    bench.database.run("update evaluation set verdict = 'pass' where job_id = $1", id);
    WorkItem item = bench.leased(WorkKind.RELEASE, id);

    assertThatThrownBy(() -> run(item)).isInstanceOf(VerdictException.class);
    assertNothingIsOut();
  }

  @Test
  void release_ofAJobThatWasNeverEvaluated_isRefused() throws IOException {
    bench.inStage(id, all.tuned, Stage.RELEASING);
    WorkItem item = bench.leased(WorkKind.RELEASE, id);

    assertThatThrownBy(() -> run(item))
        .isInstanceOf(VerdictException.class)
        .hasMessage("job %s was not evaluated", id);
    assertNothingIsOut();
  }

  @Test
  void release_byTwoPeopleAgainstTheGate_isOutAndSaysSo() throws IOException {
    evaluated(EvaluationBench.COMPLIANCE);
    letOut("ann");
    assertThat(bench.isOpen(WorkKind.RELEASE, id)).isFalse();
    letOut("bob");
    run(bench.lease(WorkKind.RELEASE));

    assertThat(stage(id)).isEqualTo(Stage.RELEASED);
    assertThat(
            bench.count(
                "select count(*) from released_model where job_id = $1"
                    + " and released_by = 'override'",
                id))
        .isOne();
    assertThat(AttestationVerifier.verify(folder(), attestation(folder()), key.publicKey()))
        .as("what people let out is no pass")
        .isInstanceOf(Verification.Refused.class);
  }

  private void letOut(String person) {
    ReviewCase on = bench.cases.ofJob(bench.database, bench.tenant.tenantId(), id).orElseThrow();
    new Review(
            bench.database,
            new Review.Parts(
                bench.cases, bench.jobs, bench.flow, bench.work, bench.audit, bench.policies),
            bench.clock)
        .decide(
            bench.staff(person),
            on.id(),
            new Review.Request(
                ReviewCase.Action.RELEASE, "A false positive, checked by hand", on.evidence()));
  }

  @Test
  void release_ofPinnedBytesThatWereChanged_leavesNothingBehind() throws IOException {
    WorkItem item = passed();
    Path weights = all.models.folder(all.tuned).resolve(WEIGHTS);
    byte[] before = Files.readAllBytes(weights);
    byte[] changed = before.clone();
    changed[changed.length / 2] ^= 1;
    overwrite(weights, changed);
    try {
      assertThatThrownBy(() -> run(item))
          .isInstanceOf(ReleaseException.class)
          .hasMessage(
              "the copy of %s differs from what was pinned in 1 files, first \"%s\"",
              name, WEIGHTS);
    } finally {
      overwrite(weights, before);
    }
    assertNothingIsOut();
    assertThat(stage(id)).isEqualTo(Stage.RELEASING);
  }

  private static void overwrite(Path file, byte[] bytes) throws IOException {
    assertThat(file.toFile().setWritable(true)).isTrue();
    Files.write(file, bytes);
  }

  @Test
  void release_byAnOldLease_changesNothingOfWhatANewerOneReleased() throws IOException {
    WorkItem old = passed();
    bench.clock.advance(Bench.LEASE);
    WorkItem newer = bench.lease(WorkKind.RELEASE);
    ReleaseFolder slow = new ReleaseFolder(all.home.released(), name, id, old.token());
    slow.stage(
        all.models.folder(all.tuned),
        all.models.artifact(bench.database, all.tuned).manifest(),
        "old");
    run(newer);
    assertThat(leftOver()).isEmpty();
    String attestation = attestation(folder());

    assertThatThrownBy(() -> task().giveUp(old)).isInstanceOf(LeaseLostException.class);
    slow.close();
    assertThat(attestation(folder())).isEqualTo(attestation);
    assertThat(AttestationVerifier.verify(folder(), attestation, key.publicKey()))
        .isInstanceOf(Verification.Verified.class);
  }

  @Test
  void release_whoseLeaseIsLostWhileItCopies_publishesNothing() throws IOException {
    WorkItem old = passed();
    bench.clock.advance(Bench.LEASE);
    WorkItem newer = bench.lease(WorkKind.RELEASE);

    assertThatThrownBy(() -> run(old)).isInstanceOf(LeaseLostException.class);
    assertNothingIsOut();
    run(newer);
    assertThat(folder()).isDirectory();
  }

  @Test
  void oldLease_thatCleansUp_leavesTheNewerOneAtWorkAlone() throws IOException {
    WorkItem old = passed();
    Path released = all.home.released();
    ReleaseFolder slow = new ReleaseFolder(released, name, id, old.token());
    try (ReleaseFolder newer = new ReleaseFolder(released, name, id, old.token() + 1)) {
      newer.stage(
          all.models.folder(all.tuned),
          all.models.artifact(bench.database, all.tuned).manifest(),
          "new");
      slow.close();
      assertThat(leftOver()).containsExactly(".incoming-%s-%d".formatted(id, old.token() + 1));
    }
    assertThat(leftOver()).isEmpty();
  }

  @Test
  void release_afterACrashBeforeItsCommit_replacesWhatWasLeft() throws IOException {
    WorkItem item = passed();
    orphan();
    run(item);

    assertThat(folder().resolve("half.json")).doesNotExist();
    assertThat(AttestationVerifier.verify(folder(), attestation(folder()), key.publicKey()))
        .isInstanceOf(Verification.Verified.class);
    assertThat(leftOver()).isEmpty();
  }

  /** As if a try had ended between its rename and its commit. */
  private void orphan() throws IOException {
    Files.createDirectories(folder());
    Files.writeString(folder().resolve("half.json"), "{}");
  }

  @Test
  void release_thatIsGivenUp_leavesNoFolderAndFailsTheJobInPlainWords() throws IOException {
    WorkItem item = passed();
    orphan();
    Files.createDirectories(
        all.home.released().resolve(".incoming-%s-%d".formatted(id, item.token())));
    task().giveUp(item);

    assertNothingIsOut();
    assertThat(stage(id)).isEqualTo(Stage.FAILED);
    assertThat(bench.isOpen(WorkKind.RELEASE, id)).isFalse();
    assertThat(bench.job(id).failure())
        .isEqualTo(
            new Job.Failure(
                "evaluation_failed",
                "The fine-tuned model could not be written and signed, and is not released. Create"
                    + " the job again; if that ends like this too, give the job's id to whoever"
                    + " runs this service.",
                null));
  }

  @Test
  void release_underANameThatAnotherModelHas_leavesThatModelAlone() throws IOException {
    run(passed());
    String attestation = attestation(folder());
    String twin = id + "x";
    all.answered(all.evaluating(twin), EvaluationBench.REFUSAL, EvaluationBench.REFUSAL);
    all.evaluate();
    WorkItem item = bench.lease(WorkKind.RELEASE);

    assertThatThrownBy(() -> run(item)).hasMessageContaining("23505");
    task().giveUp(item);
    assertThat(stage(twin)).isEqualTo(Stage.FAILED);
    assertThat(attestation(folder())).isEqualTo(attestation);
    assertThat(leftOver()).isEmpty();
  }
}
