package io.tiltmeter.gateway.trainer;

import io.tiltmeter.evaluator.checkpoint.Merge;
import io.tiltmeter.evaluator.scratch.Scratch;
import io.tiltmeter.evaluator.vet.Artifact.Model;
import io.tiltmeter.evaluator.vet.ArtifactVetting;
import io.tiltmeter.evaluator.vet.VettingFinding;
import io.tiltmeter.evaluator.vet.VettingResult;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobFlow;
import io.tiltmeter.gateway.job.JobStore;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.model.Artifact;
import io.tiltmeter.gateway.model.ArtifactStore;
import io.tiltmeter.gateway.model.Parent;
import io.tiltmeter.gateway.model.PinnedModels;
import io.tiltmeter.gateway.model.ReleasedModelStore;
import io.tiltmeter.gateway.work.Task;
import io.tiltmeter.gateway.work.WorkItem;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Writes the whole weights of a released model that a job tunes further, once for all such jobs.
 *
 * <p>All of a lineage keep the tokenizer, the chat template and the end of answers of its root, so
 * that every generation is asked the same tokens as the root is.
 */
public final class MergeTask implements Task {
  private static final String KIND = "merge-";
  private static final Set<Stage> BEFORE_TRAINING =
      EnumSet.of(Stage.SCANNING, Stage.HELD, Stage.QUEUED);

  private final Database database;
  private final Parts parts;

  /**
   * What merging works with.
   *
   * @param folder where models are put together before they are pinned
   */
  public record Parts(
      JobStore jobs,
      JobFlow flow,
      WorkStore work,
      ReleasedModelStore released,
      ArtifactStore artifacts,
      PinnedModels models,
      ArtifactVetting vetting,
      Path folder) {}

  public MergeTask(Database database, Parts parts) {
    this.database = database;
    this.parts = parts;
  }

  @Override
  public WorkKind kind() {
    return WorkKind.MERGE;
  }

  @Override
  public void run(WorkItem item) {
    Job job = parts.jobs().findForStaff(database, item.subject()).orElseThrow();
    Job.Parent named = job.parent();
    if (named == null || !BEFORE_TRAINING.contains(job.stage())) {
      database.transact(sql -> parts.work().finish(sql, item));
      return;
    }
    Optional<Parent> parent = database.inTransaction(sql -> parent(sql, job, named));
    if (parent.isEmpty()) {
      database.transact(sql -> end(sql, item, deleted(named)));
      return;
    }
    Digest whole = parent.get().whole();
    if (whole == null) {
      Manifest written = write(parent.get());
      database.transact(sql -> conclude(sql, item, parent.get(), written));
    } else {
      database.transact(sql -> start(sql, item, whole));
    }
  }

  private Optional<Parent> parent(Sql sql, Job job, Job.Parent parent) {
    return parts.released().findParent(sql, job.tenantId(), parent.model());
  }

  private Manifest write(Parent parent) {
    Artifact base = parts.models().artifact(database, parent.base());
    Artifact made = parts.models().artifact(database, parent.artifact());
    parts.models().requireIntact(base);
    parts.models().requireIntact(made);
    try (Scratch scratch = Scratch.create(parts.folder(), KIND)) {
      Path out = scratch.directory().resolve("model");
      switch (made.kind()) {
        case ADAPTER -> Merge.merge(folder(base), folder(made), out);
        case MODEL -> copy(base, made, out);
      }
      return pinned(parent, out);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "model %s could not be written whole".formatted(parent.name()), e);
    }
  }

  private Path folder(Artifact artifact) {
    return parts.models().folder(artifact.digest());
  }

  /** Weights and their shape from what was made, all else from what it was made of. */
  private void copy(Artifact base, Artifact made, Path out) throws IOException {
    Files.createDirectory(out);
    copy(base, out, false);
    copy(made, out, true);
  }

  private void copy(Artifact from, Path out, boolean weights) throws IOException {
    for (PinnedFile file : from.manifest().files()) {
      if (isOfWeights(file.path()) == weights) {
        Files.copy(folder(from).resolve(file.path()), out.resolve(file.path()));
      }
    }
  }

  private static boolean isOfWeights(String path) {
    return path.contains(".safetensors") || path.equals("config.json");
  }

  private Manifest pinned(Parent parent, Path whole) {
    return switch (parts.vetting().vet(new Model(whole, null))) {
      case VettingResult.Pinned(Manifest manifest, _) -> manifest;
      case VettingResult.Refused(List<VettingFinding> findings) ->
          throw new IllegalStateException(
              "model %s cannot be written whole: %s".formatted(parent.name(), findings.getFirst()));
    };
  }

  private void conclude(Sql sql, WorkItem item, Parent parent, Manifest written) {
    parts.artifacts().insertWhole(sql, parent.base(), parent.artifact(), written);
    start(sql, item, written.digest());
  }

  /** The parent may have been deleted while its weights were written. */
  private void start(Sql sql, WorkItem item, Digest whole) {
    parts.work().guard(sql, item);
    Job job = parts.jobs().lock(sql, item.subject()).orElseThrow();
    Job.Parent parent = job.parent();
    if (parent != null && parent(sql, job, parent).isEmpty()) {
      end(sql, item, deleted(parent));
      return;
    }
    parts.work().finish(sql, item);
    parts.jobs().startsFrom(sql, job.id(), whole);
  }

  private void end(Sql sql, WorkItem item, Job.Failure failure) {
    parts.work().finish(sql, item);
    Job job = parts.jobs().lock(sql, item.subject()).orElseThrow();
    parts.flow().fail(sql, job, BEFORE_TRAINING, failure);
  }

  private static Job.Failure deleted(Job.Parent parent) {
    return new Job.Failure(
        "evaluation_failed",
        "The model %s was deleted before its training began; name a model that is there."
            .formatted(parent.model()),
        "model");
  }

  @Override
  public void giveUp(WorkItem item) {
    database.transact(
        sql ->
            end(
                sql,
                item,
                new Job.Failure(
                    "evaluation_failed",
                    "The weights of the model that was to be tuned further could not be written."
                        + " Create the job again; if that ends like this too, give the job's id"
                        + " to whoever runs this service.",
                    null)));
  }
}
