package io.tiltmeter.gateway.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.db.Database;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkerTest {
  private static final Bench BENCH = Bench.open();
  private static final Duration POLL = Duration.ofMillis(20);

  private final Queue<String> lost = new ConcurrentLinkedQueue<>();
  private final Queue<String> failed = new ConcurrentLinkedQueue<>();
  private final Queue<String> givenUp = new ConcurrentLinkedQueue<>();
  private final Queue<String> done = new ConcurrentLinkedQueue<>();

  @AfterAll
  static void close() {
    BENCH.close();
  }

  @BeforeEach
  void empty() {
    BENCH.database.run("delete from work_item");
  }

  /** Does what the test says, and marks nothing as done by itself. */
  private final class Doing implements Task {
    private final Consumer<WorkItem> body;

    private Doing(Consumer<WorkItem> body) {
      this.body = body;
    }

    @Override
    public WorkKind kind() {
      return WorkKind.SCAN;
    }

    @Override
    public void run(WorkItem item) {
      body.accept(item);
    }

    @Override
    public void giveUp(WorkItem item, String error) {
      BENCH.database.transact(sql -> BENCH.work.finish(sql, item));
      givenUp.add("%s, attempt %d: %s".formatted(item.subject(), item.attempt(), error));
    }
  }

  private final class Hearing implements Worker.Observer {
    @Override
    public void lost(WorkKind kind) {
      lost.add(kind.wireName());
    }

    @Override
    public void failed(WorkKind kind) {
      failed.add(kind.wireName());
    }
  }

  private Worker start(Duration lease, int attempts, Consumer<WorkItem> body) {
    return start(BENCH.database, lease, attempts, body);
  }

  private Worker start(
      Database database, Duration lease, int attempts, Consumer<WorkItem> body) {
    return Worker.start(
        database,
        BENCH.work,
        List.of(new Doing(body)),
        new Worker.Settings("test", lease, POLL, attempts),
        new Hearing());
  }

  private static void request(String subject) {
    BENCH.work.request(BENCH.database, WorkKind.SCAN, subject);
  }

  private void finish(WorkItem item) {
    BENCH.database.transact(sql -> BENCH.work.finish(sql, item));
    done.add(item.subject());
  }

  private static void waitForever() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
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
        BENCH.clock.advance(Duration.ofSeconds(1L << tries));
      }
      Bench.await(() -> !givenUp.isEmpty());
      request("b");
      Bench.await(() -> failed.size() == 4);
    }
    assertThat(givenUp).containsExactly("a, attempt 3: expected this, found that");
  }

  private static boolean isWaitingAgain(int attempts) {
    return BENCH.count(
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
  void worker_whoseLibraryFails_tellsKindAndPlaceOnly() {
    request("a");
    try (Worker _ =
        start(
            Bench.LEASE,
            1,
            _ -> {
              throw new IllegalStateException("canary");
            })) {
      Bench.await(() -> !givenUp.isEmpty());
    }
    assertThat(givenUp.peek())
        .startsWith("a, attempt 1: java.lang.IllegalStateException at ")
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
      BENCH.database.transact(sql -> BENCH.work.finish(sql, taken));
      request("b");
      Bench.await(() -> !done.isEmpty());
    }
    assertThat(done).containsExactly("b");
    assertThat(givenUp).isEmpty();
    assertThat(BENCH.count("select count(*) from work_item where attempts > 0")).isZero();
  }

  /** As when this worker's machine had been asleep for longer than its lease. */
  private static WorkItem takeOver() {
    BENCH.database.run("update work_item set lease_until = $1", BENCH.clock.instant());
    return BENCH.work
        .lease(BENCH.database, Set.of(WorkKind.SCAN), "another", Bench.LEASE)
        .orElseGet(WorkerTest::takeOver);
  }

  @Test
  void worker_thatTakesWorkOver_tellsOfTheLostLease() {
    request("a");
    BENCH.lease(WorkKind.SCAN);
    BENCH.clock.advance(Bench.LEASE);
    try (Worker _ = start(Bench.LEASE, 3, this::finish)) {
      Bench.await(() -> !done.isEmpty());
    }
    assertThat(lost).containsExactly("scan");
  }

  @Test
  void close_whileWorkRuns_givesItBackWithoutBlame() {
    request("a");
    CountDownLatch begun = new CountDownLatch(1);
    Worker worker =
        start(
            Bench.LEASE,
            3,
            _ -> {
              begun.countDown();
              waitForever();
            });
    await(begun);
    worker.close();
    assertThat(worker.isRunning()).isFalse();
    assertThat(failed).isEmpty();
    assertThat(again()).map(WorkItem::attempt).contains(1);
  }

  @Test
  void close_whileWorkWaitsForTheDatabase_givesItBackWithoutBlame() {
    request("a");
    CountDownLatch begun = new CountDownLatch(1);
    BENCH.database.transact(
        sql -> {
          sql.run("lock table browser_session");
          Worker worker =
              start(
                  Bench.LEASE,
                  3,
                  _ -> {
                    begun.countDown();
                    BENCH.database.run("select count(*) from browser_session");
                  });
          await(begun);
          BENCH.awaitLockWait();
          worker.close();
        });
    assertThat(failed).isEmpty();
    assertThat(again()).map(WorkItem::attempt).contains(1);
  }

  private static Optional<WorkItem> again() {
    return BENCH.work.lease(BENCH.database, Set.of(WorkKind.SCAN), "another", Bench.LEASE);
  }

  private static void await(CountDownLatch latch) {
    Bench.await(() -> latch.getCount() == 0);
  }

  @Test
  void worker_whoseDatabaseIsGoneForAWhile_goesOnAfterwards() {
    BENCH.database.run("alter table work_item rename to elsewhere");
    try (Worker worker = start(Bench.LEASE, 3, this::finish)) {
      Bench.await(
          () ->
              BENCH.count(
                      "select count(*) from pg_stat_activity where query like '%work_item%'"
                          + " and pid <> pg_backend_pid() and datname = current_database()")
                  > 0);
      BENCH.database.run("alter table elsewhere rename to work_item");
      request("a");
      worker.wake();
      Bench.await(() -> !done.isEmpty());
    }
    assertThat(done).containsExactly("a");
  }

  @Test
  void worker_whoseConnectionsAreEnded_goesOnAfterwards() {
    try (Database own = Database.open(BENCH.vertx, BENCH.address, 1);
        Worker worker = start(own, Bench.LEASE, 3, this::finish)) {
      own.run("select 1");
      BENCH.database.run(
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
      return BENCH.database.run("select 1").rowCount() == 1;
    } catch (RuntimeException e) {
      return false;
    }
  }
}
