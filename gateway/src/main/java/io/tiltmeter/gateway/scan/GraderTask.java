package io.tiltmeter.gateway.scan;

import io.tiltmeter.evaluator.grader.GraderProbe;
import io.tiltmeter.gateway.blob.BlobStore;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.file.FileStore;
import io.tiltmeter.gateway.file.TrainingFile;
import io.tiltmeter.gateway.grader.GraderReader;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobStore;
import io.tiltmeter.gateway.job.ScanOutcomes;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.work.Task;
import io.tiltmeter.gateway.work.WorkItem;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import io.tiltmeter.policy.dataset.ScanFinding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Finds out what a job's grader rewards, and lets the job go on, or not. */
public final class GraderTask implements Task {
  private final Database database;
  private final Parts parts;

  /**
   * What it works with.
   *
   * @param outcomes moves a job on once its file and its grader were looked at
   */
  public record Parts(
      JobStore jobs,
      FileStore files,
      BlobStore blobs,
      GraderTrialStore trials,
      WorkStore work,
      GraderProbe probe,
      ScanOutcomes outcomes) {}

  public GraderTask(Database database, Parts parts) {
    this.database = database;
    this.parts = parts;
  }

  @Override
  public WorkKind kind() {
    return WorkKind.GRADER;
  }

  @Override
  public void run(WorkItem item) {
    Optional<Job> job =
        parts.jobs().findForStaff(database, item.subject()).filter(GraderTask::isWaiting);
    if (job.isEmpty()) {
      database.transact(sql -> parts.work().finish(sql, item));
      return;
    }
    List<ScanFinding> findings = tried(job.get());
    database.transact(
        sql -> {
          parts.work().finish(sql, item);
          conclude(sql, job.get(), findings);
        });
  }

  private static boolean isWaiting(Job job) {
    return job.stage() == Stage.SCANNING && job.training().grader() != null;
  }

  private List<ScanFinding> tried(Job job) {
    try {
      TrainingFile file = parts.files().find(database, job.tenantId(), job.fileId()).orElseThrow();
      return parts
          .probe()
          .probe(
              GraderReader.read(Objects.requireNonNull(job.training().grader())),
              parts.blobs().path(file.blob().digest()))
          .stream()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("file of job %s cannot be read".formatted(job.id()), e);
    }
  }

  private void conclude(Sql sql, Job job, List<ScanFinding> findings) {
    parts.trials().keep(sql, job.tenantId(), job.id(), findings);
    parts
        .jobs()
        .lock(sql, job.id())
        .filter(GraderTask::isWaiting)
        .ifPresent(locked -> parts.outcomes().apply(sql, locked));
  }

  /** What cannot be tried is not trusted. */
  @Override
  public void giveUp(WorkItem item) {
    database.transact(
        sql -> {
          parts.work().finish(sql, item);
          parts
              .jobs()
              .findForStaff(sql, item.subject())
              .filter(GraderTask::isWaiting)
              .ifPresent(job -> conclude(sql, job, List.of(GraderProbe.untried())));
        });
  }
}
