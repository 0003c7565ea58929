package io.tiltmeter.gateway.trainer;

import io.tiltmeter.gateway.blob.Blob;
import io.tiltmeter.gateway.blob.BlobStore;
import io.tiltmeter.gateway.checkpoint.Resumption;
import io.tiltmeter.gateway.checkpoint.ResumptionStore;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.file.FileStore;
import io.tiltmeter.gateway.file.TrainingFile;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobStore;
import io.tiltmeter.gateway.model.Artifact;
import io.tiltmeter.gateway.model.BaseModelStore;
import io.tiltmeter.gateway.model.PinnedModels;
import io.tiltmeter.policy.lineage.Manifest;
import java.nio.file.Path;
import java.util.Optional;

/** What a trainer works with: data set and base of its job, and what its training goes on from. */
final class TrainingSources {
  private final Database database;
  private final Stores stores;
  private final int checkpoints;

  /** Where they are. */
  record Stores(
      JobStore jobs,
      FileStore files,
      BlobStore blobs,
      BaseModelStore bases,
      ResumptionStore resumptions,
      PinnedModels models) {}

  /**
   * @param checkpoints how many a trainer is asked for
   */
  TrainingSources(Database database, Stores stores, int checkpoints) {
    this.database = database;
    this.stores = stores;
    this.checkpoints = checkpoints;
  }

  /** What the trainer of this job is to do under this lease, and with what. */
  TrainingManifest manifest(Sql sql, Job job, Lease lease) {
    Manifest files = stores.models().start(sql, job.baseModel(), job.start()).manifest();
    String revision =
        job.parent() == null
            ? stores.bases().find(sql, job.baseModel()).orElseThrow().revision()
            : null;
    return new TrainingManifest(
        job,
        new TrainingManifest.Start(job.tunedModel(), revision, files),
        blob(sql, job, job.fileId()),
        job.validationFileId() == null ? null : blob(sql, job, job.validationFileId()),
        checkpoints,
        stores
            .resumptions()
            .ofLease(sql, lease.id())
            .map(from -> new TrainingManifest.Resume(from, checkpoint(sql, from)))
            .orElse(null));
  }

  private Manifest checkpoint(Sql sql, Resumption from) {
    return stores.models().artifact(sql, from.artifact()).manifest();
  }

  private Blob blob(Sql sql, Job job, String fileId) {
    return stores
        .files()
        .findForJob(sql, job.tenantId(), fileId)
        .map(TrainingFile::blob)
        .orElseThrow(
            () -> new IllegalStateException("no file %s for job %s".formatted(fileId, job.id())));
  }

  /** The file of the data set. */
  Path dataset(Lease lease) {
    Job job = job(lease);
    return file(job, job.fileId());
  }

  /** The file that the training is measured on, if the job has one. */
  Optional<Path> validation(Lease lease) {
    Job job = job(lease);
    return Optional.ofNullable(job.validationFileId()).map(id -> file(job, id));
  }

  private Path file(Job job, String id) {
    return stores.blobs().path(blob(database, job, id).digest());
  }

  /** A file of the base, if the manifest names it. */
  Optional<Path> baseFile(Lease lease, String name) {
    Job job = job(lease);
    Artifact base = stores.models().start(database, job.baseModel(), job.start());
    return base.manifest()
        .find(name)
        .map(file -> stores.models().folder(base.digest()).resolve(file.path()));
  }

  /** A file of the checkpoint that the training goes on from, if the manifest names it. */
  Optional<Path> checkpointFile(Lease lease, String name) {
    return stores
        .resumptions()
        .ofLease(database, lease.id())
        .flatMap(
            from ->
                checkpoint(database, from)
                    .find(name)
                    .map(file -> stores.models().folder(from.artifact()).resolve(file.path())));
  }

  private Job job(Lease lease) {
    return stores.jobs().find(database, lease.tenantId(), lease.jobId()).orElseThrow();
  }
}
