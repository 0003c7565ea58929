package io.tiltmeter.gateway.trainer;

import io.tiltmeter.gateway.attestation.SigningKey;
import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.gateway.blob.BlobStore;
import io.tiltmeter.gateway.checkpoint.CheckpointObserver;
import io.tiltmeter.gateway.checkpoint.CheckpointStore;
import io.tiltmeter.gateway.checkpoint.ResumptionStore;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.file.FileStore;
import io.tiltmeter.gateway.http.RequestBody;
import io.tiltmeter.gateway.job.JobFlow;
import io.tiltmeter.gateway.job.JobStore;
import io.tiltmeter.gateway.job.TrainerMethodStore;
import io.tiltmeter.gateway.key.Authentication;
import io.tiltmeter.gateway.model.BaseModelStore;
import io.tiltmeter.gateway.model.PinnedModels;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The interface for trainers, below {@code /trainer/v1}: see {@code docs/trainer-api.md}. */
public final class TrainerApi {
  private static final String ROOT = "/trainer/v1/";
  private static final String LEASE = ROOT + "leases/:lease/";

  private final Authentication authentication;
  private final LeaseStore leases;
  private final LeaseDesk desk;
  private final Database database;
  private final Uploads uploads;
  private final CheckpointStore checkpoints;
  private final WorkStore work;
  private final LeaseHandler handler;
  private final TransferHandler transfers;

  /**
   * What the interface works with.
   *
   * @param threads for file work
   * @param key signs manifests
   */
  public record Parts(
      Database database,
      Clock clock,
      Authentication authentication,
      JobFlow flow,
      PinnedModels models,
      BlobStore blobs,
      Uploads uploads,
      WorkerExecutor threads,
      SigningKey key,
      LeaseObserver observer,
      CheckpointObserver checkpoints) {}

  /**
   * How it deals with trainers.
   *
   * @param lease how long a silent trainer keeps its job
   * @param telling least time between two events that tell a customer of progress
   * @param maxFileBytes largest file of a result
   * @param attempts leases of one job that may be lost before the job is given up
   * @param checkpoints how many a trainer is asked for; with 0 none that comes is judged
   */
  public record Settings(
      Duration lease, Duration telling, long maxFileBytes, int attempts, int checkpoints) {
    private static final Duration TELLING = Duration.ofSeconds(5);
    private static final long MAX_FILE_BYTES = 64L << 30;

    /** Progress every 5 s, files of at most 64 GiB. */
    public static Settings of(Duration lease, int attempts, int checkpoints) {
      return new Settings(lease, TELLING, MAX_FILE_BYTES, attempts, checkpoints);
    }
  }

  public TrainerApi(Parts parts, Settings settings) {
    Clock clock = parts.clock();
    this.database = parts.database();
    this.authentication = parts.authentication();
    this.uploads = parts.uploads();
    this.leases = new LeaseStore(clock);
    this.checkpoints = new CheckpointStore(clock);
    this.work = new WorkStore(clock);
    JobStore jobs = new JobStore(clock);
    LeaseDesk.Stores stores =
        new LeaseDesk.Stores(
            leases,
            jobs,
            new ResumptionStore(),
            parts.flow(),
            new AuditStore(clock),
            new TrainerMethodStore(clock),
            parts.observer());
    this.desk =
        new LeaseDesk(
            database,
            clock,
            stores,
            new LeaseDesk.Terms(settings.lease(), settings.telling(), settings.attempts()));
    TrainingSources sources = sources(parts, jobs, settings);
    Announcement announcement =
        new Announcement(checkpoints, work, settings.checkpoints() > 0, parts.checkpoints());
    Handover handover = new Handover(database, desk, stores, work, announcement);
    this.handler = new LeaseHandler(database, desk, handover, sources, parts.key());
    this.transfers =
        new TransferHandler(
            desk,
            handover,
            sources,
            new UploadWork(uploads, parts.threads()),
            settings.maxFileBytes());
  }

  private static TrainingSources sources(Parts parts, JobStore jobs, Settings settings) {
    Clock clock = parts.clock();
    return new TrainingSources(
        parts.database(),
        new TrainingSources.Stores(
            jobs,
            new FileStore(clock),
            parts.blobs(),
            new BaseModelStore(clock),
            new ResumptionStore(),
            parts.models()),
        settings.checkpoints());
  }

  /** Adds the routes; the router's contexts use virtual threads and its failures are answered. */
  public void mount(Router router) {
    router.route(ROOT + "*").handler(RequestBody::hold).handler(authentication::handle);
    router.post(ROOT + "leases").handler(handler::lease);
    router.get(LEASE + "dataset").handler(transfers::dataset);
    router.get(LEASE + "validation").handler(transfers::validation);
    router.get(LEASE + "base/:file").handler(transfers::base);
    router.get(LEASE + "checkpoint/:file").handler(transfers::checkpoint);
    router.post(LEASE + "heartbeat").handler(handler::heartbeat);
    router.put(LEASE + "files/*").handler(transfers::put);
    router.post(LEASE + "checkpoints").handler(handler::checkpoint);
    router.post(LEASE + "complete").handler(handler::complete);
    router.post(LEASE + "fail").handler(handler::fail);
  }

  /**
   * Takes jobs back from trainers gone silent, and removes uploads and checkpoints that nobody
   * needs any more; due at the start and every few seconds. Blocks.
   */
  public void sweep() {
    desk.expire();
    List<String> kept = uploads.leases();
    Set<String> needed = leases.needed(database, kept);
    kept.stream().filter(lease -> !needed.contains(lease)).forEach(uploads::remove);
    checkpoints.leftBehind(database).forEach(job -> work.renew(database, WorkKind.SWEEP, job));
  }
}
