package io.tiltmeter.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.job.HeldFor;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobEvent.Draft;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.review.CaseStore;
import io.tiltmeter.gateway.review.Review;
import io.tiltmeter.gateway.review.ReviewCase;
import io.tiltmeter.policy.lineage.Digest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What endpoints hear of, and when they do not. */
class OutboxTest {
  @TempDir private Path folder;
  private WebhookBench hooks;
  private Bench bench;

  @BeforeEach
  void start() {
    hooks = new WebhookBench(folder);
    bench = hooks.bench;
  }

  @AfterEach
  void stop() {
    hooks.close();
  }

  @Test
  void publish_ofAnEventThatNobodyWants_keepsNothing() {
    hooks.endpoint(EventType.JOB_SUCCEEDED);
    hooks.cancelled("ftjob-1");

    assertThat(bench.count("select count(*) from webhook_event")).isZero();
  }

  @Test
  void publish_inATransactionThatFails_tellsNobody() {
    hooks.endpoint(EventType.JOB_CANCELLED);
    Job job = hooks.evaluating("ftjob-1");

    assertThatThrownBy(
            () ->
                bench.database.transact(
                    sql -> {
                      bench.flow.cancel(sql, job);
                      throw new IllegalStateException("a crash");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(bench.count("select count(*) from webhook_delivery")).isZero();
    assertThat(bench.count("select count(*) from work_item")).isZero();
  }

  @Test
  void publish_ofABlockedJob_tellsOfTheFailureOnceEvenIfItIsBlockedAgain() {
    hooks.endpoint(EventType.JOB_FAILED, EventType.JOB_BLOCKED, EventType.JOB_SUCCEEDED);
    Job job = hooks.evaluating("ftjob-1");
    Job.Failure failure = new Job.Failure("safety_gate_blocked", "lost refusals", null);
    for (int i = 0; i < 2; i++) {
      bench.database.transact(
          sql -> bench.flow.block(sql, job, EnumSet.of(Stage.EVALUATING), failure));
      bench.database.transact(sql -> bench.flow.released(sql, job, "ft:x"));
    }

    assertThat(
            bench.database.list(
                row -> row.getString(0), "select type from webhook_event order by type"))
        .containsExactly("fine_tuning.job.blocked", "fine_tuning.job.failed");
  }

  @Test
  void publish_ofACase_tellsOfItsOpeningAndOfItsDecisionOnceEach() {
    hooks.endpoint(EventType.JOB_HELD, EventType.ALERT_CREATED, EventType.CASE_CLOSED);
    Job job = hooks.evaluating("ftjob-1");
    Digest evidence = Digest.of("{}");
    for (int i = 0; i < 2; i++) {
      bench.database.transact(
          sql -> {
            bench.flow.hold(sql, job, Stage.EVALUATING, HeldFor.BLOCK, Draft.warn("held"));
            bench.cases.open(sql, job, HeldFor.BLOCK, new CaseStore.Reasons("{}", evidence), null);
          });
    }
    String on =
        bench.cases.ofJob(bench.database, bench.tenant.tenantId(), job.id()).orElseThrow().id();
    review()
        .decide(
            bench.staff("ann"),
            on,
            new Review.Request(ReviewCase.Action.KEEP, "it lost refusals", evidence));

    assertThat(
            bench.database.list(
                row -> row.getString("type") + " " + row.getString("object_id"),
                "select type, object_id from webhook_event order by type"))
        .containsExactly(
            "fine_tuning.job.held ftjob-1",
            "safety.alert.created " + on.replace("case_", "alert_"),
            "safety.case.closed " + on);
  }

  private Review review() {
    return new Review(
        bench.database,
        new Review.Parts(
            bench.cases, bench.jobs, bench.flow, bench.work, bench.audit, bench.policies),
        bench.clock);
  }

  /** Both lock rows and the audit log; in the wrong order they would wait for each other. */
  @Test
  void publish_whileEndpointsChange_neverDeadlocks() {
    String id = hooks.endpoint(EventType.JOB_CANCELLED).endpoint().id();
    EndpointRequest to = hooks.request(EventType.JOB_CANCELLED);
    List<Runnable> changes = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      Job job = hooks.evaluating("ftjob-busy-" + i);
      changes.add(() -> cancelAudited(job));
      changes.add(() -> update(id, to));
    }
    changes.add(
        () -> bench.database.transact(sql -> hooks.endpoints.delete(sql, bench.tenant, id)));
    List<CompletableFuture<Void>> running;
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      running =
          changes.stream().map(change -> CompletableFuture.runAsync(change, threads)).toList();
    }

    assertThat(running)
        .allSatisfy(
            one ->
                assertThat(one.handle((_, failure) -> failure == null ? "" : "" + failure).join())
                    .matches("|.*RequestException: No such webhook endpoint: " + id));
    assertThat(bench.audit.after(bench.database, 0, 100)).hasSizeGreaterThanOrEqualTo(14);
  }

  private void update(String id, EndpointRequest to) {
    bench.database.transact(
        sql -> {
          WebhookEndpoint before = hooks.endpoints.lock(sql, bench.tenant.tenantId(), id);
          assertThat(hooks.endpoints.update(sql, bench.tenant, before, to, null).id())
              .isEqualTo(id);
        });
  }

  /** As a review does it: the audit log first, then what the endpoints hear of. */
  private void cancelAudited(Job job) {
    bench.database.transact(
        sql -> {
          bench.audit.append(sql, new AuditEntry.Fact("ann", "test", job.id(), Map.of()));
          bench.flow.cancel(sql, job);
        });
  }
}
