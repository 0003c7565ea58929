package io.tiltmeter.gateway.trainer;

import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.gateway.checkpoint.Resumption;
import io.tiltmeter.gateway.checkpoint.ResumptionStore;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobEvent;
import io.tiltmeter.gateway.job.JobFlow;
import io.tiltmeter.gateway.job.JobStore;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.job.TrainerCapabilities;
import io.tiltmeter.gateway.job.TrainerMethodStore;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.policy.lineage.Digest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Gives jobs to trainers, keeps leases alive, and takes them back from trainers gone silent. */
final class LeaseDesk {
  private static final int TOKEN_LETTERS = 40;

  private final Database database;
  private final Clock clock;
  private final Stores stores;
  private final Terms terms;

  /** Where leases, jobs and the audit log are, and who hears of what happens. */
  record Stores(
      LeaseStore leases,
      JobStore jobs,
      ResumptionStore resumptions,
      JobFlow flow,
      AuditStore audit,
      TrainerMethodStore methods,
      LeaseObserver observer) {}

  /**
   * How leases are given.
   *
   * @param lease how long a silent trainer keeps its job
   * @param telling least time between two events of progress
   * @param attempts leases of one job that may be lost before the job is given up
   */
  record Terms(Duration lease, Duration telling, int attempts) {}

  /** A lease that was just given, with the token that is kept nowhere else. */
  record Granted(Lease lease, String token, Job job) {
    @Override
    public String toString() {
      return "Granted[%s]".formatted(lease.id());
    }
  }

  /** A lease and its job, both locked until the transaction ends. */
  record Held(Lease lease, Job job) {}

  /**
   * What a heartbeat is told.
   *
   * @param reason why the work is to be dropped; null to go on
   * @param checkpoint whether what there is may be left as a checkpoint before it is dropped
   */
  record Beat(@Nullable String reason, boolean checkpoint, Instant until) {}

  LeaseDesk(Database database, Clock clock, Stores stores, Terms terms) {
    this.database = database;
    this.clock = clock;
    this.stores = stores;
    this.terms = terms;
  }

  /** Gives the oldest job that waits and that this trainer can do. */
  Optional<Granted> grant(Caller.Trainer caller, String trainer, TrainerCapabilities can) {
    expire();
    stores.methods().asked(database, caller.keyId(), can);
    return database.inTransaction(
        sql ->
            stores
                .leases()
                .nextJob(sql, can)
                .flatMap(id -> stores.jobs().lock(sql, id))
                .map(job -> grant(sql, caller, trainer, job)));
  }

  private Granted grant(Sql sql, Caller.Trainer caller, String trainer, Job job) {
    String token = NewId.random(TOKEN_LETTERS);
    Lease lease =
        new Lease(
            NewId.of("lease-"),
            job.id(),
            job.tenantId(),
            caller.keyId(),
            trainer,
            Digest.of(token),
            clock.instant().plus(terms.lease()),
            null,
            null);
    Optional<Lease> last = stores.leases().latest(sql, job);
    Optional<Resumption> resumption = last.flatMap(ended -> resumption(sql, job, ended));
    if (!stores.flow().train(sql, job)) {
      throw new IllegalStateException("a locked job left its queue: " + job.id());
    }
    last.ifPresent(_ -> stores.flow().say(sql, job, again(resumption)));
    stores.leases().insert(sql, lease, resumption.orElse(null));
    audit(sql, caller.holder(), "lease-job", lease, handedOver(trainer, resumption));
    return new Granted(lease, token, job);
  }

  /** What a trainer gave up may have been given up for the checkpoint's sake. */
  private Optional<Resumption> resumption(Sql sql, Job job, Lease ended) {
    return ended.outcome() == Lease.Outcome.FAILED
        ? Optional.empty()
        : stores.resumptions().next(sql, job.id());
  }

  private static Map<String, String> handedOver(String trainer, Optional<Resumption> resumption) {
    Map<String, String> details = new HashMap<>(Map.of("trainer", trainer));
    resumption.ifPresent(
        from -> {
          details.put("checkpoint", from.checkpoint());
          details.put("artifact", from.artifact().toString());
        });
    return details;
  }

  private static JobEvent.Draft again(Optional<Resumption> resumption) {
    return JobEvent.Draft.info(
        resumption
            .map(
                from ->
                    "Training goes on from checkpoint %s at step %d"
                        .formatted(from.checkpoint(), from.step()))
            .orElse("Training begins again"));
  }

  /**
   * The lease of a call, which may go on working.
   *
   * @throws RequestException with status 404 if it is not this caller's, 409 if it is lost
   */
  Lease held(LeaseCall call) {
    Lease lease = find(database, call);
    requireHeld(lease);
    return lease;
  }

  /**
   * As {@link #held}, locked with its job.
   *
   * @throws RequestException as {@link #held} does
   */
  Held lockHeld(Sql transaction, LeaseCall call) {
    Held held = lock(transaction, call);
    requireHeld(held.lease());
    return held;
  }

  /**
   * The lease of a call that sends something, before its bytes are read.
   *
   * @param step of the checkpoint that it is of, if it is of one
   * @throws RequestException as {@link #lockSending} does
   */
  Lease sending(LeaseCall call, OptionalLong step) {
    Lease lease = find(database, call);
    if (step.isEmpty() || !lease.isLeavingAt(clock.instant())) {
      requireHeld(lease);
    }
    return lease;
  }

  /**
   * As {@link #lockHeld}; a checkpoint is also taken from a trainer whose job was just paused.
   *
   * @param step of the checkpoint that is sent, if it is one
   * @throws RequestException as {@link #held} does
   */
  Held lockSending(Sql transaction, LeaseCall call, OptionalLong step) {
    Held held = lock(transaction, call);
    if (step.isEmpty() || !isLeaving(transaction, held)) {
      requireHeld(held.lease());
    }
    return held;
  }

  private boolean isLeaving(Sql sql, Held held) {
    return held.lease().isLeavingAt(clock.instant())
        && held.job().stage() == Stage.QUEUED
        && stores.leases().latest(sql, held.job()).filter(held.lease()::equals).isPresent();
  }

  /** The lease of a call and its job, whether the lease still runs or not. */
  Held lock(Sql transaction, LeaseCall call) {
    return lock(transaction, find(transaction, call));
  }

  /** The job comes first, as everywhere, or two transactions could wait for each other. */
  private Held lock(Sql transaction, Lease lease) {
    Job job = stores.jobs().lock(transaction, lease.jobId()).orElseThrow();
    return new Held(stores.leases().lock(transaction, lease), job);
  }

  private Lease find(Sql sql, LeaseCall call) {
    Lease lease =
        stores
            .leases()
            .find(sql, call.lease())
            .filter(found -> found.keyId().equals(call.caller().keyId()))
            .orElseThrow(() -> RequestException.notFound("lease", call.lease()));
    if (!lease.tokenHash().equals(call.tokenHash())) {
      throw lost();
    }
    return lease;
  }

  private void requireHeld(Lease lease) {
    if (!lease.isHeldAt(clock.instant())) {
      throw lost();
    }
  }

  static RequestException lost() {
    return new RequestException(
        409,
        "lease_lost",
        null,
        "The lease is lost: it ended, or its token is old. Drop the work and ask for another.");
  }

  /** Keeps a lease, and tells the customer how far the training is. */
  Beat beat(LeaseCall call, Progress progress) {
    return database.inTransaction(
        sql -> {
          Held held = lock(sql, call);
          Optional<String> over = whyOver(held.lease());
          if (over.isPresent()) {
            return over(sql, held, progress, over.get());
          }
          requireHeld(held.lease());
          Instant until = keep(sql, held, progress);
          tell(sql, held, progress);
          return new Beat(null, false, until);
        });
  }

  private Beat over(Sql sql, Held held, Progress progress, String reason) {
    boolean leaving = isLeaving(sql, held);
    Instant until = leaving ? keep(sql, held, progress) : held.lease().until();
    return new Beat(reason, leaving, until);
  }

  private Instant keep(Sql sql, Held held, Progress progress) {
    Instant until = clock.instant().plus(terms.lease());
    stores.leases().beat(sql, held.lease(), progress, until);
    return until;
  }

  /** Of what ended from this side a trainer hears the reason; of what it lost itself, 409. */
  private static Optional<String> whyOver(Lease lease) {
    return switch (lease.outcome()) {
      case CANCELLED -> Optional.of("the job was cancelled");
      case STOPPED -> Optional.of("a checkpoint drifted past the job's policy");
      case PAUSED -> Optional.of("the job was paused");
      case COMPLETED, FAILED, LOST -> Optional.empty();
      case null -> Optional.empty();
    };
  }

  private void tell(Sql sql, Held held, Progress progress) {
    long before = held.lease().step() == null ? 0 : held.lease().step();
    if (progress.step() != before && (progress.isLast() || isTimeToTell(sql, held.lease()))) {
      stores.flow().say(sql, held.job(), progress.event());
    }
  }

  private boolean isTimeToTell(Sql sql, Lease lease) {
    Instant latest = clock.instant().minus(terms.telling());
    return stores.leases().lastToldAt(sql, lease).filter(latest::isBefore).isEmpty();
  }

  /** Ends every lease that ran out, and queues its job again, if it was not lost too often. */
  void expire() {
    stores.leases().expired(database).forEach(this::expire);
  }

  private void expire(Lease lease) {
    database.transact(
        sql -> {
          Held held = lock(sql, lease);
          if (held.lease().outcome() == null && !held.lease().isHeldAt(clock.instant())) {
            stores.leases().end(sql, lease, Lease.Outcome.LOST);
            giveUpOrRequeue(sql, held);
            audit(sql, "gateway", "lose-lease", lease, Map.of("trainer", lease.trainer()));
            sql.afterCommit(stores.observer()::lost);
          }
        });
  }

  private void giveUpOrRequeue(Sql sql, Held held) {
    long lost = stores.leases().ended(sql, held.lease(), Lease.Outcome.LOST);
    if (lost < terms.attempts()) {
      stores.flow().requeue(sql, held.job());
      return;
    }
    String message =
        ("The training was given up: trainers took the job %d times and went silent. Create the job"
                + " again; if that ends like this too, give the job's id to whoever runs this"
                + " service.")
            .formatted(lost);
    stores
        .flow()
        .fail(
            sql,
            held.job(),
            EnumSet.of(Stage.TRAINING),
            new Job.Failure("evaluation_failed", message, null));
  }

  /** Writes down what happened to a lease; the last statement of a transaction. */
  void audit(
      Sql transaction, String actor, String action, Lease lease, Map<String, String> details) {
    Map<String, String> all = new HashMap<>(details);
    all.put("lease", lease.id());
    stores.audit().append(transaction, new AuditEntry.Fact(actor, action, lease.jobId(), all));
  }
}
