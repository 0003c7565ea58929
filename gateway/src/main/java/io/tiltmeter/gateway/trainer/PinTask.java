package io.tiltmeter.gateway.trainer;

import io.tiltmeter.evaluator.vet.ArtifactVetting;
import io.tiltmeter.evaluator.vet.VettingFinding;
import io.tiltmeter.evaluator.vet.VettingResult;
import io.tiltmeter.gateway.checkpoint.Checkpoint;
import io.tiltmeter.gateway.checkpoint.CheckpointObserver;
import io.tiltmeter.gateway.checkpoint.CheckpointState;
import io.tiltmeter.gateway.checkpoint.CheckpointStore;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobStore;
import io.tiltmeter.gateway.model.Artifact;
import io.tiltmeter.gateway.model.ArtifactStore;
import io.tiltmeter.gateway.model.PinnedModels;
import io.tiltmeter.gateway.work.Task;
import io.tiltmeter.gateway.work.WorkItem;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.util.List;
import java.util.function.BiConsumer;

/** Checks and pins a checkpoint as a result is; the training goes on whatever is found. */
public final class PinTask implements Task {
  private final Database database;
  private final Parts parts;

  /** What pinning works with. */
  public record Parts(
      JobStore jobs,
      WorkStore work,
      CheckpointStore checkpoints,
      LeaseStore leases,
      ArtifactStore artifacts,
      PinnedModels models,
      Uploads uploads,
      ArtifactVetting vetting,
      CheckpointObserver observer) {}

  public PinTask(Database database, Parts parts) {
    this.database = database;
    this.parts = parts;
  }

  @Override
  public WorkKind kind() {
    return WorkKind.PIN;
  }

  @Override
  public void run(WorkItem item) {
    Checkpoint checkpoint = parts.checkpoints().find(database, item.subject()).orElseThrow();
    if (checkpoint.state() != CheckpointState.ARRIVED) {
      database.transact(sql -> parts.work().finish(sql, item));
      return;
    }
    Job job = parts.jobs().findForStaff(database, checkpoint.jobId()).orElseThrow();
    Delivery delivery = delivery(checkpoint);
    switch (delivery.vet(database, job, parts.vetting(), parts.models())) {
      case VettingResult.Pinned(Manifest manifest, _) ->
          pin(item, new Artifact(delivery.kind(), manifest));
      case VettingResult.Refused(List<VettingFinding> findings) ->
          end(item, CheckpointState.REFUSED, reason(findings.getFirst()));
    }
    parts.uploads().removeCheckpoint(checkpoint.leaseId(), checkpoint.step());
  }

  /** The files that were sent, by their plain names. */
  private Delivery delivery(Checkpoint checkpoint) {
    String folder = UploadPath.ofCheckpoint(checkpoint.step());
    List<PinnedFile> files =
        parts
            .leases()
            .checkpoint(database, checkpoint.leaseId(), checkpoint.step())
            .files()
            .stream()
            .map(
                file ->
                    new PinnedFile(
                        file.path().substring(folder.length()), file.size(), file.digest()))
            .toList();
    return new Delivery(
        parts.uploads().checkpoint(checkpoint.leaseId(), checkpoint.step()), new Manifest(files));
  }

  /** Rule and name only, as for a result. */
  private static String reason(VettingFinding finding) {
    return "refused: %s on %s".formatted(finding.rule().wireName(), finding.path());
  }

  private void pin(WorkItem item, Artifact artifact) {
    change(
        item,
        (sql, _) -> {
          parts.artifacts().insert(sql, artifact);
          parts.checkpoints().pinned(sql, item.subject(), artifact.digest());
          parts.work().request(sql, WorkKind.SCREEN, item.subject());
        });
  }

  private void end(WorkItem item, CheckpointState state, String reason) {
    change(
        item,
        (sql, job) -> {
          parts.checkpoints().conclude(sql, item.subject(), state, reason);
          sql.afterCommit(() -> parts.observer().ended(job.baseModel(), state));
        });
  }

  /** Changes the checkpoint, unless its training is over by now. */
  private void change(WorkItem item, BiConsumer<Sql, Job> change) {
    database.transact(
        sql -> {
          parts.work().finish(sql, item);
          Checkpoint checkpoint = parts.checkpoints().find(sql, item.subject()).orElseThrow();
          Job job = parts.jobs().lock(sql, checkpoint.jobId()).orElseThrow();
          if (parts.checkpoints().open(sql, item.subject()).isPresent()) {
            change.accept(sql, job);
          }
        });
  }

  @Override
  public void giveUp(WorkItem item) {
    end(item, CheckpointState.FAILED, "its files could not be checked");
  }
}
