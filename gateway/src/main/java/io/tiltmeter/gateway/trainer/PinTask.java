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
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.model.Artifact;
import io.tiltmeter.gateway.model.ArtifactStore;
import io.tiltmeter.gateway.model.PinnedModels;
import io.tiltmeter.gateway.work.Task;
import io.tiltmeter.gateway.work.WorkItem;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Checks and pins a checkpoint as a result is; the training goes on whatever is found. Also one
 * that nobody judges, from which the training may have to go on later.
 */
public final class PinTask implements Task {
  private static final Set<CheckpointState> UNJUDGED =
      EnumSet.of(CheckpointState.SKIPPED, CheckpointState.ENDED);
  private static final Set<Stage> MAY_TRAIN = EnumSet.of(Stage.QUEUED, Stage.TRAINING);

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
    Job job = parts.jobs().findForStaff(database, checkpoint.jobId()).orElseThrow();
    if (checkpoint.state() != CheckpointState.ARRIVED && !isToBeKept(checkpoint, job)) {
      database.transact(sql -> parts.work().finish(sql, item));
      return;
    }
    Delivery delivery = delivery(checkpoint);
    switch (delivery.vet(database, job, parts.vetting(), parts.models())) {
      case VettingResult.Pinned(Manifest manifest, _) ->
          pin(item, new Artifact(delivery.kind(), manifest));
      case VettingResult.Refused(List<VettingFinding> findings) ->
          end(item, CheckpointState.REFUSED, reason(findings.getFirst()));
    }
    parts.uploads().removeCheckpoint(checkpoint.leaseId(), checkpoint.step());
  }

  /** One that is judged no more may still be what its training goes on from. */
  private static boolean isToBeKept(Checkpoint checkpoint, Job job) {
    return UNJUDGED.contains(checkpoint.state()) && MAY_TRAIN.contains(job.stage());
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
        },
        (sql, job) -> {
          if (isToBeKept(parts.checkpoints().find(sql, item.subject()).orElseThrow(), job)) {
            parts.artifacts().insert(sql, artifact);
            parts.checkpoints().keep(sql, item.subject(), artifact.digest());
          }
        });
  }

  private void end(WorkItem item, CheckpointState state, String reason) {
    change(
        item,
        (sql, job) -> {
          parts.checkpoints().conclude(sql, item.subject(), state, reason);
          sql.afterCommit(() -> parts.observer().ended(job.baseModel(), state));
        },
        (_, _) -> {});
  }

  /**
   * Changes the checkpoint.
   *
   * @param open what to do while it is still to be judged
   * @param over what to do otherwise
   */
  private void change(WorkItem item, BiConsumer<Sql, Job> open, BiConsumer<Sql, Job> over) {
    database.transact(
        sql -> {
          parts.work().finish(sql, item);
          Checkpoint checkpoint = parts.checkpoints().find(sql, item.subject()).orElseThrow();
          Job job = parts.jobs().lock(sql, checkpoint.jobId()).orElseThrow();
          boolean isOpen = parts.checkpoints().open(sql, item.subject()).isPresent();
          (isOpen ? open : over).accept(sql, job);
        });
  }

  @Override
  public void giveUp(WorkItem item) {
    end(item, CheckpointState.FAILED, "its files could not be checked");
  }
}
