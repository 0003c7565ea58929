package io.tiltmeter.gateway.trainer;

import io.tiltmeter.gateway.checkpoint.Checkpoint;
import io.tiltmeter.gateway.checkpoint.CheckpointObserver;
import io.tiltmeter.gateway.checkpoint.CheckpointState;
import io.tiltmeter.gateway.checkpoint.CheckpointStore;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What happens when a trainer says that a checkpoint is complete. */
final class Announcement {
  private final CheckpointStore checkpoints;
  private final WorkStore work;
  private final boolean judged;
  private final CheckpointObserver observer;

  /**
   * @param judged whether this installation judges checkpoints
   */
  Announcement(
      CheckpointStore checkpoints, WorkStore work, boolean judged, CheckpointObserver observer) {
    this.checkpoints = checkpoints;
    this.work = work;
    this.judged = judged;
    this.observer = observer;
  }

  /**
   * Makes sure that a file is of no checkpoint that was said to be complete: what is judged must be
   * what was announced.
   *
   * @throws RequestException with status 400 if it is
   */
  void requireOpen(Sql sql, Lease lease, String path) {
    OptionalLong step = UploadPath.step(path);
    if (step.isPresent() && checkpoints.isKnown(sql, lease.id(), step.getAsLong())) {
      throw RequestException.invalid(
          "checkpoint_complete",
          null,
          "The checkpoint of step %d was said to be complete; no file of it can be sent any more."
              .formatted(step.getAsLong()));
    }
  }

  /**
   * Takes a checkpoint, once; older ones that nobody has begun to judge are left out.
   *
   * @throws RequestException with status 400 if a later step came before
   */
  void take(Sql sql, LeaseDesk.Held held, long step, @Nullable Double loss) {
    Lease lease = held.lease();
    if (checkpoints.isKnown(sql, lease.id(), step)) {
      return;
    }
    requireForward(checkpoints.newest(sql, lease.id()), step);
    CheckpointStore.Told told =
        new CheckpointStore.Told(lease.id(), lease.jobId(), lease.tenantId(), step, loss);
    work.request(sql, WorkKind.PIN, add(sql, held, told));
  }

  /** Also one that nobody will judge is pinned: the training may go on from it. */
  private String add(Sql sql, LeaseDesk.Held held, CheckpointStore.Told told) {
    if (held.lease().outcome() != null) {
      return checkpoints.add(sql, told, CheckpointState.ENDED, CheckpointStore.UNJUDGED);
    }
    String unjudged = whyUnjudged(sql, held.job());
    if (unjudged != null) {
      skipped(sql, held.job(), 1);
      return checkpoints.add(sql, told, CheckpointState.SKIPPED, unjudged);
    }
    skipped(
        sql, held.job(), checkpoints.supersede(sql, told.tenantId(), told.jobId(), told.step()));
    return checkpoints.add(sql, told, CheckpointState.ARRIVED, null);
  }

  private static void requireForward(Optional<Checkpoint> newest, long step) {
    if (newest.isPresent() && step < newest.get().step()) {
      throw RequestException.invalid(
          "step_backwards",
          "step",
          "Expected a step above %d, which was told of before, found %d."
              .formatted(newest.get().step(), step));
    }
  }

  private @Nullable String whyUnjudged(Sql sql, Job job) {
    if (!judged) {
      return "this installation judges no checkpoints";
    }
    return checkpoints.isOverruled(sql, job.tenantId(), job.id())
        ? "people let the training go on after a block"
        : null;
  }

  private void skipped(Sql sql, Job job, int count) {
    for (int i = 0; i < count; i++) {
      sql.afterCommit(() -> observer.ended(job.baseModel(), CheckpointState.SKIPPED));
    }
  }
}
