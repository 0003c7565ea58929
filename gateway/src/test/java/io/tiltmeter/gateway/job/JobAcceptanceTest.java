package io.tiltmeter.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.checkpoint.Checkpoint;
import io.tiltmeter.gateway.checkpoint.CheckpointState;
import io.tiltmeter.gateway.checkpoint.CheckpointStore;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.job.JobEvent.Draft;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.model.Artifact;
import io.tiltmeter.gateway.review.CaseStore;
import io.tiltmeter.gateway.review.ReviewCase;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class JobAcceptanceTest {
  private static final Bench BENCH = Bench.open();
  private static final CheckpointStore CHECKPOINTS = new CheckpointStore(BENCH.clock);
  private static final JobAcceptance ACCEPTANCE =
      new JobAcceptance(BENCH.jobs, BENCH.flow, BENCH.clock);

  private final String id = NewId.of("ftjob-");
  private final String lease = NewId.of("lease-");

  private static Manifest manifest(String text) {
    return new Manifest(List.of(new PinnedFile("config.json", 2, Digest.of(text))));
  }

  @BeforeAll
  static void base() {
    BENCH.base(manifest("base"));
    for (String one : List.of("5", "8", "9", "10", "20")) {
      BENCH.artifacts.insert(BENCH.database, new Artifact(Artifact.Kind.MODEL, manifest(one)));
    }
  }

  @AfterAll
  static void close() {
    BENCH.close();
  }

  private void training() {
    BENCH.scanning(id);
    BENCH.jobs.move(BENCH.database, id, EnumSet.of(Stage.SCANNING), Stage.TRAINING);
    BENCH.database.run(
        """
        insert into training_lease (id, job_id, tenant_id, key_id, trainer, token_hash, created_at,
          lease_until)
        values ($1, $2, $3, $4, 'gpu-7', $1, $5, $5)
        """,
        lease,
        id,
        BENCH.tenant.tenantId(),
        BENCH.tenant.keyId(),
        BENCH.clock.instant());
  }

  private String checkpoint(long step, CheckpointState state) {
    String made =
        CHECKPOINTS.add(
            BENCH.database,
            new CheckpointStore.Told(lease, id, BENCH.tenant.tenantId(), step, null),
            CheckpointState.ARRIVED,
            null);
    CHECKPOINTS.pinned(BENCH.database, made, manifest(Long.toString(step)).digest());
    CHECKPOINTS.conclude(BENCH.database, made, state, null);
    return made;
  }

  private void held(Stage from) {
    BENCH.database.transact(
        sql -> {
          Job job = BENCH.job(id);
          BENCH.flow.hold(sql, job, from, HeldFor.BLOCK, Draft.warn("held"));
          BENCH.cases.open(
              sql,
              job,
              HeldFor.BLOCK,
              new CaseStore.Reasons("{}", Digest.of("{}")),
              BENCH.clock.instant());
          BENCH.work.renew(sql, WorkKind.CLOSE, id, BENCH.clock.instant().plus(Duration.ofDays(3)));
        });
  }

  private static Job accept(Caller.Tenant caller, String job, String checkpoint) {
    return BENCH.database.inTransaction(sql -> ACCEPTANCE.accept(sql, caller, job, checkpoint));
  }

  private Job accept(String checkpoint) {
    return accept(BENCH.tenant, id, checkpoint);
  }

  private String refusal(Caller.Tenant caller, String checkpoint) {
    RequestException e =
        catchThrowableOfType(RequestException.class, () -> accept(caller, id, checkpoint));
    return "%d %s".formatted(e.status(), e.code());
  }

  private String refusal(String checkpoint) {
    return refusal(BENCH.tenant, checkpoint);
  }

  private ReviewCase reviewCase() {
    return BENCH.cases.ofJob(BENCH.database, BENCH.tenant.tenantId(), id).orElseThrow();
  }

  @Test
  void accept_ofTheOffer_sendsItTheOrdinaryWay() {
    training();
    String offered = checkpoint(8, CheckpointState.CLEAR);
    checkpoint(10, CheckpointState.BLOCKED);
    held(Stage.TRAINING);
    Job job = accept(offered);

    assertThat(job.stage()).isEqualTo(Stage.VETTING);
    assertThat(job.stage().status()).isEqualTo("running");
    assertThat(BENCH.isOpen(WorkKind.VET, id)).isTrue();
    assertThat(BENCH.isOpen(WorkKind.CLOSE, id)).isFalse();
    assertThat(BENCH.isOpen(WorkKind.RELEASE, id)).isFalse();
    assertThat(reviewCase().outcome()).isEqualTo("superseded");
    assertThat(CHECKPOINTS.accepted(BENCH.database, id)).map(Checkpoint::id).contains(offered);
    assertThat(BENCH.messages(id))
        .contains("The checkpoint of step 8 was taken as the result; checking the artifact");
    assertThat(BENCH.audit.after(BENCH.database, 0, 1000))
        .anyMatch(
            entry ->
                entry.subject().equals(id)
                    && entry.actor().equals("acme")
                    && entry.action().equals("accept-checkpoint")
                    && offered.equals(entry.details().get("checkpoint")));
  }

  @Test
  void accept_ofASecondOne_isAConflict() {
    training();
    String first = checkpoint(5, CheckpointState.CLEAR);
    String offered = checkpoint(8, CheckpointState.CLEAR);
    checkpoint(10, CheckpointState.BLOCKED);
    held(Stage.TRAINING);
    accept(offered);
    BENCH.jobs.move(BENCH.database, id, EnumSet.of(Stage.VETTING), Stage.EVALUATING);
    held(Stage.EVALUATING);

    assertThat(refusal(first)).isEqualTo("409 checkpoint_not_offered");
    assertThat(reviewCase().isOpen()).isTrue();
    assertThat(BENCH.isOpen(WorkKind.CLOSE, id)).isTrue();
  }

  @Test
  void accept_ofAnotherThanTheOffer_isAConflict() {
    training();
    String early = checkpoint(5, CheckpointState.CLEAR);
    checkpoint(8, CheckpointState.CLEAR);
    String failed = checkpoint(9, CheckpointState.FAILED);
    String blocked = checkpoint(10, CheckpointState.BLOCKED);
    String later = checkpoint(20, CheckpointState.CLEAR);
    held(Stage.TRAINING);

    for (String other : List.of(early, failed, blocked, later)) {
      assertThat(refusal(other)).isEqualTo("409 checkpoint_not_offered");
    }
    assertThat(BENCH.job(id).stage()).isEqualTo(Stage.HELD);
  }

  @Test
  void accept_whereNothingIsOffered_isAConflict() {
    training();
    String clear = checkpoint(5, CheckpointState.CLEAR);

    assertThat(refusal(clear)).isEqualTo("409 checkpoint_not_offered");
    held(Stage.TRAINING);
    BENCH.jobs.move(BENCH.database, id, EnumSet.of(Stage.HELD), Stage.BLOCKED);
    assertThat(refusal(clear)).isEqualTo("409 checkpoint_not_offered");
  }

  @Test
  void accept_byAnotherTenantOrOfWhatIsNotThere_isNotFound() {
    training();
    String clear = checkpoint(5, CheckpointState.CLEAR);
    checkpoint(10, CheckpointState.BLOCKED);
    held(Stage.TRAINING);
    String secret =
        BENCH
            .keys
            .createForTenant(
                BENCH.database, "globex-" + UUID.randomUUID().toString().substring(0, 8), false)
            .secret();
    Caller.Tenant other = (Caller.Tenant) BENCH.keys.find(BENCH.database, secret).orElseThrow();

    assertThat(refusal(other, clear)).startsWith("404 ");
    assertThat(refusal("ftckpt_none")).startsWith("404 ");
    assertThat(BENCH.job(id).stage()).isEqualTo(Stage.HELD);
  }

  @Test
  void offer_afterTheResultItselfWasBlocked_isTheLastClearOneThatIsAnother() {
    training();
    String offered = checkpoint(5, CheckpointState.CLEAR);
    checkpoint(8, CheckpointState.CLEAR);
    BENCH.jobs.pinned(BENCH.database, id, manifest("8").digest());
    BENCH.jobs.move(BENCH.database, id, EnumSet.of(Stage.TRAINING), Stage.EVALUATING);
    BENCH.work.request(BENCH.database, WorkKind.VET, id);
    BENCH.database.transact(sql -> BENCH.work.finish(sql, BENCH.lease(WorkKind.VET)));
    held(Stage.EVALUATING);

    assertThat(accept(offered).stage()).isEqualTo(Stage.VETTING);
    assertThat(BENCH.isOpen(WorkKind.VET, id)).isTrue();
  }
}
