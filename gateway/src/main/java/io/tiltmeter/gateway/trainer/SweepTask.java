package io.tiltmeter.gateway.trainer;

import io.tiltmeter.evaluator.vet.ArtifactVetting;
import io.tiltmeter.gateway.checkpoint.CheckpointStore;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.work.Task;
import io.tiltmeter.gateway.work.WorkItem;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;

/**
 * Removes the pinned checkpoints of a job that nobody needs, but for those that are something else,
 * too: once it has ended all, and before that those that were not judged. It has to be done by the
 * worker that pins: between the check of an artifact and its entry in the database nothing shows
 * that it is wanted.
 */
public final class SweepTask implements Task {
  private final Database database;
  private final CheckpointStore checkpoints;
  private final WorkStore work;
  private final ArtifactVetting vetting;

  public SweepTask(
      Database database, CheckpointStore checkpoints, WorkStore work, ArtifactVetting vetting) {
    this.database = database;
    this.checkpoints = checkpoints;
    this.work = work;
    this.vetting = vetting;
  }

  @Override
  public WorkKind kind() {
    return WorkKind.SWEEP;
  }

  @Override
  public void run(WorkItem item) {
    // The folders go before the commit: after a crash it is done again.
    database.transact(
        sql -> {
          work.finish(sql, item);
          checkpoints.remove(sql, item.subject()).forEach(vetting::unpin);
        });
  }

  @Override
  public void giveUp(WorkItem item) {
    // A folder that stays costs room and nothing else; nobody asks for it again.
    database.transact(
        sql -> {
          work.finish(sql, item);
          checkpoints.remove(sql, item.subject());
        });
  }
}
