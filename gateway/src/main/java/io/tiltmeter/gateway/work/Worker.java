package io.tiltmeter.gateway.work;

import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.DatabaseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases work and does it, one item at a time, on a thread of its own.
 *
 * <p>A wake-up that is lost costs at most one polling interval; a worker that dies costs at most
 * one lease.
 */
public final class Worker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  private static final int MAX_BACK_OFF_BITS = 6;
  private static final int MAX_CAUSES = 5;

  /** Longest time that a stop waits for the work in hand. */
  private static final Duration STOP = Duration.ofSeconds(10);

  private final Database database;
  private final WorkStore store;
  private final Map<WorkKind, Task> tasks;
  private final Settings settings;
  private final Observer observer;
  private final Semaphore wakeUps = new Semaphore(0);
  private final ScheduledExecutorService heartbeats =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  private final Thread thread;
  private volatile boolean stopping;
  private volatile @Nullable Hold inHand;

  /**
   * How work is leased.
   *
   * @param owner name of this worker, for people
   * @param lease how long a silent worker keeps its work
   * @param poll how often to look without being woken
   * @param attempts failures of one item before it is given up
   */
  public record Settings(String owner, Duration lease, Duration poll, int attempts) {}

  /** Hears what happens to work; for metrics. */
  public interface Observer {

    /** A lease of this kind of work was lost to another worker. */
    void lost(WorkKind kind);

    /** This kind of work failed and will be tried again, or was given up. */
    void failed(WorkKind kind);
  }

  private Worker(
      Database database,
      WorkStore store,
      Map<WorkKind, Task> tasks,
      Settings settings,
      Observer observer) {
    this.database = database;
    this.store = store;
    this.tasks = Map.copyOf(tasks);
    this.settings = settings;
    this.observer = observer;
    this.thread = Thread.ofPlatform().daemon().name(settings.owner()).unstarted(this::loop);
  }

  /** Starts a worker for these tasks. */
  public static Worker start(
      Database database, WorkStore store, List<Task> tasks, Settings settings, Observer observer) {
    Map<WorkKind, Task> byKind =
        tasks.stream().collect(Collectors.toMap(Task::kind, Function.identity()));
    Worker worker = new Worker(database, store, byKind, settings, observer);
    worker.thread.start();
    return worker;
  }

  /** Makes the worker look for work now. */
  public void wake() {
    wakeUps.release();
  }

  private void loop() {
    while (!stopping) {
      if (!step()) {
        pause();
      }
    }
  }

  /** Does one item; whether there was one. */
  private boolean step() {
    try {
      Optional<WorkItem> item =
          store.lease(database, tasks.keySet(), settings.owner(), settings.lease());
      item.ifPresent(this::work);
      return item.isPresent();
    } catch (DatabaseException e) {
      LOG.warn("no work can be leased: {}", e.getMessage());
      return false;
    } catch (RuntimeException e) {
      LOG.error("{} could not go on: {}", settings.owner(), describe(e));
      return false;
    }
  }

  private void pause() {
    try {
      boolean woken = wakeUps.tryAcquire(settings.poll().toMillis(), TimeUnit.MILLISECONDS);
      if (woken) {
        wakeUps.drainPermits();
      }
    } catch (InterruptedException e) {
      // Only work is ever interrupted, and that is over: the mark means nothing any more.
    }
  }

  private void work(WorkItem item) {
    Task task = tasks.get(item.kind());
    if (task == null) {
      throw new IllegalStateException("leased " + item.kind() + ", which nobody here does");
    }
    if (item.isTakenOver()) {
      observer.lost(item.kind());
    }
    switch (attempt(item, task)) {
      case null -> {}
      case Throwable _ when stopping || isShuttingDown() -> giveBack(item);
      case LeaseLostException lost -> LOG.info("{}", lost.getMessage());
      case Throwable failure -> fail(item, task, failure);
    }
  }

  /** Does the work while its lease is kept; what it failed with, if it failed. */
  private @Nullable Throwable attempt(WorkItem item, Task task) {
    Hold hold = new Hold(item);
    inHand = hold;
    if (stopping) {
      return new LeaseLostException(settings.owner() + " stops");
    }
    ScheduledFuture<?> heartbeat = keepAlive(hold);
    try {
      task.run(item);
      return null;
    } catch (RuntimeException | Error e) {
      // An error would end this thread, and with it all work of this process, without a word.
      return hold.isLost() ? lost(item) : e;
    } finally {
      heartbeat.cancel(false);
      hold.end();
      inHand = null;
    }
  }

  private static LeaseLostException lost(WorkItem item) {
    return new LeaseLostException(
        "%s of %s was given to another worker, or nobody wants it any more"
            .formatted(item.kind().wireName(), item.subject()));
  }

  /** The time that a thread works on one item: nothing later may stop what it does then. */
  private static final class Hold {
    private final WorkItem item;
    private final Thread thread = Thread.currentThread();
    private boolean isOver;
    private boolean isLost;

    Hold(WorkItem item) {
      this.item = item;
    }

    synchronized void interrupt() {
      if (!isOver) {
        thread.interrupt();
      }
    }

    synchronized void lose() {
      isLost = true;
      interrupt();
    }

    synchronized boolean isLost() {
      return isLost;
    }

    synchronized void end() {
      isOver = true;
      // What comes next is other work; a worker that stops knows it without the mark.
      Thread.interrupted();
    }
  }

  private ScheduledFuture<?> keepAlive(Hold hold) {
    long third = settings.lease().toMillis() / 3;
    return heartbeats.scheduleWithFixedDelay(() -> beat(hold), third, third, TimeUnit.MILLISECONDS);
  }

  private void beat(Hold hold) {
    WorkItem item = hold.item;
    try {
      if (!store.heartbeat(database, item, settings.lease())) {
        // Whoever has the item now works on it; what is written here would be refused anyway.
        hold.lose();
      }
    } catch (DatabaseException e) {
      LOG.warn("no heartbeat for {} of {}", item.kind().wireName(), item.subject());
    }
  }

  private void fail(WorkItem item, Task task, Throwable e) {
    observer.failed(item.kind());
    boolean isLast = item.attempt() >= settings.attempts();
    String error = describe(e);
    LOG.error(
        "{} of {} failed, attempt {} of {}{}: {}",
        item.kind().wireName(),
        item.subject(),
        item.attempt(),
        settings.attempts(),
        isLast ? ", and is given up" : "",
        error);
    try {
      if (isLast) {
        task.giveUp(item);
      } else {
        store.retry(database, item, backOff(item.attempt()), error);
      }
    } catch (RuntimeException again) {
      LOG.warn("the lease of {} runs out by itself: {}", item.subject(), describe(again));
    }
  }

  /** While the virtual machine ends, child processes end too: that is no failure of the work. */
  private static boolean isShuttingDown() {
    try {
      Runtime.getRuntime().removeShutdownHook(new Thread());
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  private void giveBack(WorkItem item) {
    try {
      store.release(database, item);
    } catch (DatabaseException unreachable) {
      LOG.warn("the lease of {} runs out by itself", item.subject());
    }
  }

  private static Duration backOff(int attempt) {
    return Duration.ofSeconds(1L << Math.min(attempt, MAX_BACK_OFF_BITS));
  }

  /** What went wrong and what caused that; for operators, and without any customer's text. */
  private static String describe(Throwable e) {
    return Stream.iterate(e, Objects::nonNull, Throwable::getCause)
        .limit(MAX_CAUSES)
        .map(Worker::describeOne)
        .collect(Collectors.joining("; caused by "));
  }

  /** Our own exceptions speak in our words; of others only kind and place are safe to show. */
  private static String describeOne(Throwable e) {
    if (isOurs(e.getClass().getName())) {
      return String.valueOf(e.getMessage());
    }
    String place =
        Stream.of(e.getStackTrace())
            .filter(frame -> isOurs(frame.getClassName()))
            .findFirst()
            .map(frame -> " at " + frame)
            .orElse("");
    return e.getClass().getName() + place;
  }

  private static boolean isOurs(String className) {
    return className.startsWith("io.tiltmeter.");
  }

  /** Whether it still looks for work. */
  public boolean isRunning() {
    return thread.isAlive();
  }

  /**
   * Stops: the item in hand is interrupted and given back, so that another worker goes on with it.
   * Work that does not heed the interrupt is left behind; what it writes later is refused.
   */
  @Override
  public void close() {
    stopping = true;
    Hold hold = inHand;
    if (hold != null) {
      hold.interrupt();
    }
    wake();
    boolean interrupted = false;
    boolean ended = false;
    try {
      ended = thread.join(settings.lease().compareTo(STOP) < 0 ? settings.lease() : STOP);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    heartbeats.shutdownNow();
    if (!ended) {
      LOG.warn("worker {} did not stop in time and is left behind", settings.owner());
      if (hold != null) {
        giveBack(hold.item);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
