package io.tiltmeter.gateway.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.db.DatabaseException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class WorkerStopTest extends WorkerBench {

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
    bench.database.transact(
        sql -> {
          sql.run("lock table browser_session");
          Worker worker =
              start(
                  Bench.LEASE,
                  3,
                  _ -> {
                    begun.countDown();
                    bench.database.run("select count(*) from browser_session");
                  });
          await(begun);
          bench.awaitLockWait();
          worker.close();
        });
    assertThat(failed).isEmpty();
    assertThat(again()).map(WorkItem::attempt).contains(1);
  }

  @Test
  void close_whileWorkHeedsNoInterrupt_givesItBackAndRefusesItsResults() {
    request("a");
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    Queue<String> refused = new ConcurrentLinkedQueue<>();
    Worker worker =
        start(
            Duration.ofMillis(300),
            3,
            item -> {
              begun.countDown();
              while (mayEnd.getCount() > 0) {
                Thread.onSpinWait();
              }
              Thread.interrupted();
              try {
                finish(item);
              } catch (LeaseLostException e) {
                refused.add(e.getMessage());
              }
            });
    await(begun);
    worker.close();
    assertThat(again()).map(WorkItem::attempt).contains(1);
    mayEnd.countDown();
    Bench.await(() -> !worker.isRunning());
    assertThat(refused).containsExactly("scan of a was given to another worker");
    assertThat(done).isEmpty();
  }

  @Test
  void close_whenInterruptedItself_givesTheWorkBackAndKeepsTheMark() {
    request("a");
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    Worker worker =
        start(
            Bench.LEASE,
            3,
            _ -> {
              begun.countDown();
              while (mayEnd.getCount() > 0) {
                Thread.onSpinWait();
              }
            });
    await(begun);
    Thread.currentThread().interrupt();
    worker.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(again()).isPresent();
    mayEnd.countDown();
  }

  @Test
  void close_whileAnItemIsBeingLeased_leavesItToOthers() {
    Worker[] worker = new Worker[1];
    bench.database.transact(
        sql -> {
          sql.run("lock table work_item in exclusive mode");
          worker[0] = start(Duration.ofMillis(500), 3, this::finish);
          bench.awaitLockWait();
          sql.run(
              "insert into work_item (kind, subject, run_at, created_at)"
                  + " values ('scan', 'a', $1, $1)",
              bench.clock.instant());
          worker[0].close();
        });
    Bench.await(() -> !worker[0].isRunning());
    assertThat(done).isEmpty();
    assertThat(again()).map(WorkItem::attempt).contains(1);
  }

  @Test
  void task_interruptedInTheDatabase_stillKnowsItAfterwards() {
    request("a");
    CountDownLatch begun = new CountDownLatch(1);
    Queue<Boolean> marks = new ConcurrentLinkedQueue<>();
    CompletableFuture<?>[] closing = new CompletableFuture<?>[1];
    bench.database.transact(
        sql -> {
          sql.run("lock table browser_session");
          Worker worker =
              start(
                  Bench.LEASE,
                  3,
                  _ -> {
                    begun.countDown();
                    try {
                      bench.database.transact(
                          own -> own.run("select count(*) from browser_session"));
                    } catch (DatabaseException e) {
                      marks.add(Thread.currentThread().isInterrupted());
                      throw e;
                    }
                  });
          await(begun);
          bench.awaitLockWait();
          closing[0] = CompletableFuture.runAsync(worker::close);
        });
    closing[0].join();
    assertThat(marks).containsExactly(true);
    assertThat(again()).map(WorkItem::attempt).contains(1);
  }

  @Test
  void worker_whoseWorkIsCancelled_isInterruptedAndNothingIsTriedAgain() {
    request("a");
    CountDownLatch begun = new CountDownLatch(1);
    try (Worker _ =
        start(
            Duration.ofMillis(300),
            1,
            item -> {
              if (item.subject().equals("a")) {
                begun.countDown();
                waitForever();
              }
              finish(item);
            })) {
      await(begun);
      bench.database.transact(sql -> bench.work.cancel(sql, "a"));
      request("b");
      Bench.await(() -> !done.isEmpty());
    }
    assertThat(done).containsExactly("b");
    assertThat(failed).isEmpty();
    assertThat(givenUp).isEmpty();
  }
}
