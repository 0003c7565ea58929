package io.tiltmeter.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.model.Artifact;
import io.tiltmeter.gateway.work.WorkItem;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class JobCancellationTest {
  private static final Bench BENCH = Bench.open();
  private static final Manifest MANIFEST =
      new Manifest(List.of(new PinnedFile("config.json", 2, Digest.of("{}"))));
  private static final JobCancellation CANCELLATION =
      new JobCancellation(BENCH.jobs, BENCH.flow, BENCH.work, BENCH.clock);

  @BeforeAll
  static void base() {
    BENCH.base(MANIFEST);
    BENCH.artifacts.insert(BENCH.database, new Artifact(Artifact.Kind.MODEL, MANIFEST));
  }

  @AfterAll
  static void close() {
    BENCH.close();
  }

  private static Job cancel(String id) {
    return BENCH.database.inTransaction(
        sql -> CANCELLATION.cancel(sql, BENCH.tenant.tenantId(), id));
  }

  @Test
  void cancel_whileAWorkerIsAtIt_endsTheWorkAtOnce() {
    Job job = BENCH.inStage("ftjob-at-work", MANIFEST.digest(), Stage.EVALUATING);
    WorkItem item = BENCH.leased(WorkKind.EVALUATE, job.id());
    BENCH.work.request(BENCH.database, WorkKind.CLOSE, job.id());

    assertThat(cancel(job.id()).stage()).isEqualTo(Stage.CANCELLED);
    assertThat(BENCH.isOpen(WorkKind.EVALUATE, job.id())).isFalse();
    assertThat(BENCH.isOpen(WorkKind.CLOSE, job.id())).isFalse();
    assertThat(BENCH.work.heartbeat(BENCH.database, item, Bench.LEASE)).isFalse();
  }

  @Test
  void cancel_whileAWorkerWritesItsResult_waitsAndEndsWhatCameOfIt() {
    Job job = BENCH.inStage("ftjob-writing", MANIFEST.digest(), Stage.VETTING);
    WorkItem item = BENCH.leased(WorkKind.VET, job.id());
    CompletableFuture<?>[] cancelling = new CompletableFuture<?>[1];
    BENCH.database.transact(
        sql -> {
          BENCH.work.finish(sql, item);
          cancelling[0] = CompletableFuture.runAsync(() -> cancel(job.id()));
          BENCH.awaitLockWait();
          assertThat(BENCH.flow.evaluate(sql, BENCH.jobs.lock(sql, job.id()).orElseThrow()))
              .isTrue();
          BENCH.work.request(sql, WorkKind.EVALUATE, job.id());
        });
    cancelling[0].join();

    assertThat(BENCH.job(job.id()).stage()).isEqualTo(Stage.CANCELLED);
    assertThat(BENCH.isOpen(WorkKind.EVALUATE, job.id())).isFalse();
  }

  @Test
  void cancel_ofAJobThatIsBeingReleased_isRefusedAndItsWorkGoesOn() {
    Job job = BENCH.inStage("ftjob-releasing", MANIFEST.digest(), Stage.RELEASING);
    BENCH.work.request(BENCH.database, WorkKind.RELEASE, job.id());

    assertThatThrownBy(() -> cancel(job.id()))
        .isInstanceOf(RequestException.class)
        .hasMessage("Job ftjob-releasing can no longer be cancelled: it is releasing.");
    assertThat(BENCH.isOpen(WorkKind.RELEASE, job.id())).isTrue();
  }

  @Test
  void cancel_byAnotherTenant_findsNothingAndEndsNothing() {
    Job job = BENCH.inStage("ftjob-foreign", MANIFEST.digest(), Stage.EVALUATING);
    BENCH.work.request(BENCH.database, WorkKind.EVALUATE, job.id());

    assertThatThrownBy(
            () ->
                BENCH.database.inTransaction(
                    sql -> CANCELLATION.cancel(sql, UUID.randomUUID(), job.id())))
        .isInstanceOf(RequestException.class);
    assertThat(BENCH.isOpen(WorkKind.EVALUATE, job.id())).isTrue();
    assertThat(BENCH.job(job.id()).stage()).isEqualTo(Stage.EVALUATING);
  }
}
