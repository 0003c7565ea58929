package io.tiltmeter.gateway.work;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.bench.LogLines;
import io.tiltmeter.gateway.db.Database;
import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class WorkerTest extends WorkerBench {
  private static final LogLines LOG = LogLines.of(Worker.class);

  @AfterAll
  static void stopListening() {
    LOG.close();
  }

  @Test
  void worker_withWork_doesOneAfterTheOther() {
    request("a");
    request("b");
    try (Worker worker = start(Bench.LEASE, 3, this::finish)) {
      Bench.await(() -> done.size() == 2);
      request("c");
      worker.wake();
      Bench.await(() -> done.size() == 3);
    }
    assertThat(done).containsExactly("a", "b", "c");
    assertThat(failed).isEmpty();
    assertThat(lost).isEmpty();
  }

  @Test
  void worker_whoseWorkFails_triesAgainAndGivesUpOnce() {
    request("a");
    try (Worker _ =
        start(
            Bench.LEASE,
            3,
            _ -> {
              throw new LineException("expected this, found that");
            })) {
      for (int tries = 1; tries <= 2; tries++) {
        int failures = tries;
        Bench.await(() -> failed.size() == failures && isWaitingAgain(failures));
        bench.clock.advance(Duration.ofSeconds(1L << tries));
      }
      Bench.await(() -> !givenUp.isEmpty());
      request("b");
      Bench.await(() -> failed.size() == 4);
    }
    assertThat(givenUp).containsExactly("a, attempt 3");
    assertThat(LOG.lines())
        .contains("scan of a failed, attempt 3 of 3, and is given up: expected this, found that");
  }

  private static boolean isWaitingAgain(int attempts) {
    return bench.count(
            "select count(*) from work_item where attempts = $1 and lease_until is null", attempts)
        == 1;
  }

  /** One of our own, whose message may be shown. */
  private static final class LineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LineException(String message) {
      super(message);
    }
  }

  @Test
  void worker_whoseLibraryFails_logsKindPlaceAndCauseOnly() {
    request("a");
    try (Worker _ =
        start(
            Bench.LEASE,
            1,
            _ -> {
              throw new IllegalStateException("canary", new IOException("canary"));
            })) {
      Bench.await(() -> !givenUp.isEmpty());
    }
    assertThat(LOG.lines())
        .filteredOn(line -> line.contains("scan of a failed"))
        .singleElement(as(InstanceOfAssertFactories.STRING))
        .matches(
            ".*given up: java.lang.IllegalStateException at io.tiltmeter.*WorkerTest.*; caused by"
                + " java.io.IOException at .*")
        .doesNotContain("canary");
  }

  @Test
  void worker_afterAnError_goesOnWithOtherWork() {
    request("a");
    request("b");
    try (Worker worker =
        start(
            Bench.LEASE,
            1,
            item -> {
              if (item.subject().equals("a")) {
                throw new StackOverflowError();
              }
              finish(item);
            })) {
      Bench.await(() -> !done.isEmpty());
      assertThat(worker.isRunning()).isTrue();
    }
    assertThat(done).containsExactly("b");
  }

  @Test
  void worker_whoseLeaseWentToAnother_isInterruptedAndItsFailureCountsForNothing() {
    request("a");
    CountDownLatch begun = new CountDownLatch(1);
    Queue<String> ended = new ConcurrentLinkedQueue<>();
    try (Worker _ =
        start(
            Duration.ofMillis(300),
            5,
            item -> {
              if (begun.getCount() == 0) {
                finish(item);
                return;
              }
              begun.countDown();
              try {
                waitForever();
              } finally {
                ended.add(item.subject());
              }
            })) {
      await(begun);
      WorkItem taken = takeOver();
      Bench.await(() -> !ended.isEmpty());
      assertThat(taken.attempt()).isOne();
      bench.database.transact(sql -> bench.work.finish(sql, taken));
      request("b");
      Bench.await(() -> !done.isEmpty());
    }
    assertThat(done).containsExactly("b");
    assertThat(givenUp).isEmpty();
    assertThat(bench.count("select count(*) from work_item where attempts > 0")).isZero();
  }

  /** As when this worker's machine had been asleep for longer than its lease. */
  private static WorkItem takeOver() {
    bench.database.run("update work_item set lease_until = $1", bench.clock.instant());
    return bench
        .work
        .lease(bench.database, Set.of(WorkKind.SCAN), "another", Bench.LEASE)
        .orElseGet(WorkerTest::takeOver);
  }

  @Test
  void worker_thatTakesWorkOver_tellsOfTheLostLease() {
    request("a");
    bench.lease(WorkKind.SCAN);
    bench.clock.advance(Bench.LEASE);
    try (Worker _ = start(Bench.LEASE, 3, this::finish)) {
      Bench.await(() -> !done.isEmpty());
    }
    assertThat(lost).containsExactly("scan");
  }

  @Test
  void worker_whoseDatabaseIsGoneForAWhile_goesOnAfterwards() {
    bench.database.run("alter table work_item rename to elsewhere");
    try (Worker worker = start(Bench.LEASE, 3, this::finish)) {
      Bench.await(
          () ->
              bench.count(
                      "select count(*) from pg_stat_activity where query like '%work_item%'"
                          + " and pid <> pg_backend_pid() and datname = current_database()")
                  > 0);
      bench.database.run("alter table elsewhere rename to work_item");
      request("a");
      worker.wake();
      Bench.await(() -> !done.isEmpty());
    }
    assertThat(done).containsExactly("a");
  }

  @Test
  void worker_whoseConnectionsAreEnded_goesOnAfterwards() {
    try (Database own = Database.open(bench.vertx, bench.address, 1);
        Worker worker = start(own, Bench.LEASE, 3, this::finish)) {
      own.run("select 1");
      bench.database.run(
          """
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()
          """);
      Bench.await(WorkerTest::isAnsweringAgain);
      request("a");
      worker.wake();
      Bench.await(() -> !done.isEmpty());
    }
    assertThat(done).containsExactly("a");
  }

  private static boolean isAnsweringAgain() {
    try {
      return bench.database.run("select 1").rowCount() == 1;
    } catch (RuntimeException e) {
      return false;
    }
  }
}
