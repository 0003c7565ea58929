package io.tiltmeter.gateway.review;

import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.job.HeldFor;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobFlow;
import io.tiltmeter.gateway.job.JobStore;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.work.Task;
import io.tiltmeter.gateway.work.WorkItem;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import java.util.EnumSet;

/**
 * Ends a blocked job whose time for an appeal is over; its case stays open, since people may still
 * let the model out.
 */
public final class CloseTask implements Task {
  private final Database database;
  private final JobStore jobs;
  private final JobFlow flow;
  private final WorkStore work;

  public CloseTask(Database database, JobStore jobs, JobFlow flow, WorkStore work) {
    this.database = database;
    this.jobs = jobs;
    this.flow = flow;
    this.work = work;
  }

  @Override
  public WorkKind kind() {
    return WorkKind.CLOSE;
  }

  @Override
  public void run(WorkItem item) {
    database.transact(
        sql -> {
          work.finish(sql, item);
          Job job = jobs.lock(sql, item.subject()).orElseThrow();
          if (job.heldFor() == HeldFor.BLOCK) {
            flow.block(sql, job, EnumSet.of(Stage.HELD), HeldBack.failure(HeldFor.BLOCK));
          }
        });
  }

  @Override
  public void giveUp(WorkItem item) {
    // A job that stays held is not released: nothing is lost by leaving it to people.
    database.transact(sql -> work.finish(sql, item));
  }
}
