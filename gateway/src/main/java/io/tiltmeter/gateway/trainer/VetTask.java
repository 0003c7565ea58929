package io.tiltmeter.gateway.trainer;

import io.tiltmeter.evaluator.checkpoint.WeightSketch;
import io.tiltmeter.evaluator.vet.ArtifactVetting;
import io.tiltmeter.evaluator.vet.VettingFinding;
import io.tiltmeter.evaluator.vet.VettingResult;
import io.tiltmeter.gateway.checkpoint.Checkpoint;
import io.tiltmeter.gateway.checkpoint.CheckpointStore;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobEvent;
import io.tiltmeter.gateway.job.JobFlow;
import io.tiltmeter.gateway.job.JobStore;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.model.Artifact;
import io.tiltmeter.gateway.model.ArtifactStore;
import io.tiltmeter.gateway.model.PinnedModels;
import io.tiltmeter.gateway.model.WeightSketchStore;
import io.tiltmeter.gateway.work.Task;
import io.tiltmeter.gateway.work.WorkItem;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import io.tiltmeter.policy.lineage.Manifest;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks what a trainer handed over, and pins it. */
public final class VetTask implements Task {
  private final Database database;
  private final Parts parts;

  /** What vetting works with. */
  public record Parts(
      JobStore jobs,
      JobFlow flow,
      WorkStore work,
      LeaseStore leases,
      CheckpointStore checkpoints,
      ArtifactStore artifacts,
      PinnedModels models,
      Uploads uploads,
      ArtifactVetting vetting,
      WeightSketchStore sketches) {}

  public VetTask(Database database, Parts parts) {
    this.database = database;
    this.parts = parts;
  }

  @Override
  public WorkKind kind() {
    return WorkKind.VET;
  }

  @Override
  public void run(WorkItem item) {
    Job job = parts.jobs().findForStaff(database, item.subject()).orElseThrow();
    if (job.stage() == Stage.VETTING) {
      vet(item, job, delivery(job));
    } else {
      database.transact(sql -> parts.work().finish(sql, item));
    }
    removeUpload(job);
  }

  /** A checkpoint that was taken as the result was pinned already; it is checked all the same. */
  private Delivery delivery(Job job) {
    Optional<Checkpoint> accepted = parts.checkpoints().accepted(database, job.id());
    if (accepted.isPresent()) {
      Artifact pinned = parts.models().artifact(database, accepted.get().pinnedArtifact());
      return new Delivery(parts.models().folder(pinned.digest()), pinned.manifest());
    }
    Lease lease = parts.leases().completed(database, job.id()).orElseThrow();
    return new Delivery(parts.uploads().result(lease), parts.leases().result(database, lease));
  }

  private void removeUpload(Job job) {
    parts
        .leases()
        .completed(database, job.id())
        .ifPresent(lease -> parts.uploads().remove(lease.id()));
  }

  private void vet(WorkItem item, Job job, Delivery delivery) {
    switch (delivery.vet(database, job, parts.vetting(), parts.models())) {
      case VettingResult.Pinned(Manifest manifest, _) ->
          pin(item, job, new Artifact(delivery.kind(), manifest));
      case VettingResult.Refused(List<VettingFinding> findings) -> refuse(item, job, findings);
    }
  }

  private void pin(WorkItem item, Job job, Artifact artifact) {
    WeightSketch sketch =
        artifact.kind() == Artifact.Kind.MODEL
            ? WeightSketch.of(parts.models().folder(artifact.digest()))
            : null;
    database.transact(
        sql -> {
          parts.work().finish(sql, item);
          // A job that was cancelled meanwhile wants no artifact.
          if (parts.flow().evaluate(sql, job)) {
            parts.artifacts().insert(sql, artifact);
            if (sketch != null) {
              parts.sketches().insert(sql, artifact.digest(), sketch);
            }
            parts.jobs().pinned(sql, job.id(), artifact.digest());
            parts.work().renew(sql, WorkKind.EVALUATE, job.id());
          }
        });
  }

  private void refuse(WorkItem item, Job job, List<VettingFinding> findings) {
    database.transact(
        sql -> {
          parts.work().finish(sql, item);
          if (fail(sql, job, message(findings))) {
            parts.flow().say(sql, job, event(findings));
          }
        });
  }

  private static String message(List<VettingFinding> findings) {
    VettingFinding first = findings.getFirst();
    int more = findings.size() - 1;
    return "artifact refused: %s on %s%s; see the job's events"
        .formatted(
            first.rule().wireName(),
            first.path(),
            more == 0 ? "" : " (and %d more)".formatted(more));
  }

  /** Rules and names only: what a finding says of a file's content is the operator's. */
  private static JobEvent.Draft event(List<VettingFinding> findings) {
    List<Map<String, String>> list =
        findings.stream()
            .map(found -> Map.of("rule", found.rule().wireName(), "file", found.path()))
            .toList();
    return new JobEvent.Draft(
        JobEvent.Level.ERROR,
        JobEvent.MODERATION_CHECKS,
        "%d finding(s) in the artifact".formatted(list.size()),
        Json.text(Map.of("findings", list)));
  }

  private boolean fail(Sql sql, Job job, String message) {
    return parts
        .flow()
        .fail(
            sql,
            job,
            EnumSet.of(Stage.VETTING),
            new Job.Failure("evaluation_failed", message, null));
  }

  @Override
  public void giveUp(WorkItem item) {
    Job job = parts.jobs().findForStaff(database, item.subject()).orElseThrow();
    database.transact(
        sql -> {
          parts.work().finish(sql, item);
          fail(
              sql,
              job,
              "The fine-tuned model's files could not be checked, and it is not released. Create the"
                  + " job again; if that ends like this too, give the job's id to whoever runs this"
                  + " service.");
        });
    removeUpload(job);
  }
}
