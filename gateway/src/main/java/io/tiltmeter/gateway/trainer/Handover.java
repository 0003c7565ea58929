package io.tiltmeter.gateway.trainer;

import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobEvent;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** How a trainer hands over what it made, or gives a job up. */
final class Handover {
  /** More than any training has; a bound on what a trainer can make this process write down. */
  private static final int MOST_FILES = 1024;

  private static final int MOST_FAILURES = 3;
  private static final int MAX_REASON = 300;

  private final Database database;
  private final LeaseDesk desk;
  private final LeaseDesk.Stores stores;
  private final WorkStore work;
  private final Announcement announcement;

  Handover(
      Database database,
      LeaseDesk desk,
      LeaseDesk.Stores stores,
      WorkStore work,
      Announcement announcement) {
    this.database = database;
    this.desk = desk;
    this.stores = stores;
    this.work = work;
    this.announcement = announcement;
  }

  /**
   * Writes down a file that has arrived.
   *
   * @param move brings the file to its place; called while nobody else can have the lease
   */
  void keep(LeaseCall call, PinnedFile file, Runnable move) {
    database.transact(
        sql -> {
          Lease lease = desk.lockSending(sql, call, UploadPath.step(file.path())).lease();
          if (stores.leases().count(sql, lease) >= MOST_FILES) {
            throw RequestException.invalid(
                "too_many_files",
                null,
                "A trainer may send at most %d files under one lease.".formatted(MOST_FILES));
          }
          announcement.requireOpen(sql, lease, file.path());
          stores.leases().put(sql, lease, file);
          move.run();
        });
  }

  /** Takes a checkpoint whose files are complete; saying the same again changes nothing. */
  void checkpoint(LeaseCall call, long step, @Nullable Double loss, Manifest files) {
    database.transact(
        sql -> {
          LeaseDesk.Held held = desk.lockSending(sql, call, OptionalLong.of(step));
          requireSame(files, stores.leases().checkpoint(sql, held.lease().id(), step));
          announcement.take(sql, held, step, loss);
        });
  }

  /** Takes the result over; saying the same again changes nothing. */
  void complete(LeaseCall call, TrainingResult result) {
    database.transact(
        sql -> {
          LeaseDesk.Held held = desk.lock(sql, call);
          Manifest sent = stores.leases().result(sql, held.lease());
          if (isRepeated(held, result, sent)) {
            return;
          }
          desk.lockHeld(sql, call);
          requireSame(result.files(), sent);
          complete(sql, call, held, result);
        });
  }

  private static boolean isRepeated(LeaseDesk.Held held, TrainingResult result, Manifest sent) {
    return held.lease().outcome() == Lease.Outcome.COMPLETED
        && result.files().equals(sent)
        && Objects.equals(held.job().trainedTokens(), result.trainedTokens());
  }

  private static void requireSame(Manifest named, Manifest sent) {
    TrainingResult.difference(named, sent)
        .ifPresent(
            difference -> {
              throw RequestException.invalid(
                  "files_differ",
                  "files",
                  "Expected exactly the files that were sent: %s.".formatted(difference));
            });
  }

  private void complete(Sql sql, LeaseCall call, LeaseDesk.Held held, TrainingResult result) {
    Job job = held.job();
    if (!stores.flow().vet(sql, job)) {
      throw LeaseDesk.lost();
    }
    stores.jobs().trained(sql, job.id(), result.trainedTokens());
    stores.leases().end(sql, held.lease(), Lease.Outcome.COMPLETED);
    work.request(sql, WorkKind.VET, job.id());
    desk.audit(
        sql,
        call.caller().holder(),
        "complete-training",
        held.lease(),
        Map.of("files", result.files().digest().toString()));
  }

  /** Gives the job up: another trainer may try it, until too many have failed. */
  void fail(LeaseCall call, String reason) {
    String line = oneLine(reason);
    database.transact(
        sql -> {
          LeaseDesk.Held held = desk.lock(sql, call);
          if (held.lease().outcome() == Lease.Outcome.FAILED) {
            return;
          }
          desk.lockHeld(sql, call);
          stores.leases().end(sql, held.lease(), Lease.Outcome.FAILED);
          giveUpOrRequeue(sql, held, line);
          desk.audit(
              sql, call.caller().holder(), "fail-training", held.lease(), Map.of("reason", line));
        });
  }

  private void giveUpOrRequeue(Sql sql, LeaseDesk.Held held, String reason) {
    long failures = stores.leases().ended(sql, held.lease(), Lease.Outcome.FAILED);
    if (failures < MOST_FAILURES) {
      stores
          .flow()
          .requeue(
              sql,
              held.job(),
              JobEvent.Draft.warn(
                  "The training failed and the job waits for another trainer: " + reason));
      return;
    }
    String message = "The training failed %d times, last: %s".formatted(failures, reason);
    stores
        .flow()
        .fail(
            sql,
            held.job(),
            EnumSet.of(Stage.TRAINING),
            new Job.Failure("evaluation_failed", message, null));
  }

  private static String oneLine(String reason) {
    String line = reason.replaceAll("\\p{Cntrl}+", " ").strip();
    int end =
        line.offsetByCodePoints(0, Math.min(MAX_REASON, line.codePointCount(0, line.length())));
    return end == 0 ? "no reason was given" : line.substring(0, end);
  }
}
