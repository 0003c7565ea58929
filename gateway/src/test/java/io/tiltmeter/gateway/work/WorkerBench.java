package io.tiltmeter.gateway.work;

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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Workers whose one task does what a test says, over a database of their own. */
abstract class WorkerBench {
  static Bench bench;
  private static final Duration POLL = Duration.ofMillis(20);

  final Queue<String> lost = new ConcurrentLinkedQueue<>();
  final Queue<String> failed = new ConcurrentLinkedQueue<>();
  final Queue<String> givenUp = new ConcurrentLinkedQueue<>();
  final Queue<String> done = new ConcurrentLinkedQueue<>();

  @BeforeAll
  static void open() {
    bench = Bench.open();
  }

  @AfterAll
  static void close() {
    bench.close();
  }

  @BeforeEach
  void empty() {
    bench.database.run("delete from work_item");
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
    public void giveUp(WorkItem item) {
      bench.database.transact(sql -> bench.work.finish(sql, item));
      givenUp.add("%s, attempt %d".formatted(item.subject(), item.attempt()));
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

  final Worker start(Duration lease, int attempts, Consumer<WorkItem> body) {
    return start(bench.database, lease, attempts, body);
  }

  final Worker start(Database database, Duration lease, int attempts, Consumer<WorkItem> body) {
    return Worker.start(
        database,
        bench.work,
        List.of(new Doing(body)),
        new Worker.Settings("test", lease, POLL, attempts),
        new Hearing());
  }

  static void request(String subject) {
    bench.work.request(bench.database, WorkKind.SCAN, subject);
  }

  final void finish(WorkItem item) {
    bench.database.transact(sql -> bench.work.finish(sql, item));
    done.add(item.subject());
  }

  static void waitForever() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  static Optional<WorkItem> again() {
    return bench.work.lease(bench.database, Set.of(WorkKind.SCAN), "another", Bench.LEASE);
  }

  static void await(CountDownLatch latch) {
    Bench.await(() -> latch.getCount() == 0);
  }
}
