package io.tiltmeter.gateway.trainer;

import io.tiltmeter.evaluator.vet.Artifact.Adapter;
import io.tiltmeter.evaluator.vet.Artifact.Base;
import io.tiltmeter.evaluator.vet.Artifact.Model;
import io.tiltmeter.evaluator.vet.ArtifactVetting;
import io.tiltmeter.evaluator.vet.VettingLimits;
import io.tiltmeter.evaluator.vet.VettingResult;
import io.tiltmeter.gateway.attestation.SigningKey;
import io.tiltmeter.gateway.bench.LoopbackServer;
import io.tiltmeter.gateway.bench.TestClock;
import io.tiltmeter.gateway.blob.Blob;
import io.tiltmeter.gateway.blob.BlobStore;
import io.tiltmeter.gateway.blob.Incoming;
import io.tiltmeter.gateway.checkpoint.CheckpointState;
import io.tiltmeter.gateway.checkpoint.CheckpointStore;
import io.tiltmeter.gateway.config.Home;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.Migrations;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.file.FileStore;
import io.tiltmeter.gateway.file.Provenance;
import io.tiltmeter.gateway.file.TrainingFile;
import io.tiltmeter.gateway.http.Failures;
import io.tiltmeter.gateway.job.EventStore;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobEvent;
import io.tiltmeter.gateway.job.JobFlow;
import io.tiltmeter.gateway.job.JobStore;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.job.Training;
import io.tiltmeter.gateway.key.Authentication;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.key.KeyStore;
import io.tiltmeter.gateway.model.Artifact;
import io.tiltmeter.gateway.model.ArtifactStore;
import io.tiltmeter.gateway.model.BaseModelStore;
import io.tiltmeter.gateway.model.PinnedModels;
import io.tiltmeter.gateway.model.ReleasedModelStore;
import io.tiltmeter.gateway.model.WeightSketchStore;
import io.tiltmeter.gateway.postgres.PostgresAddress;
import io.tiltmeter.gateway.postgres.TestPostgres;
import io.tiltmeter.gateway.work.WorkItem;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** The trainer API on loopback over a database of its own, with the tiny base and one tenant. */
final class TrainerServer implements AutoCloseable {
  static final Path BASE =
      Path.of(System.getProperty("tiltmeter.root"), "fixtures/models/tiny-base");

  static final String DATASET = "{\"messages\": []}\n";
  static final Duration LEASE = Duration.ofSeconds(60);
  static final long MOST_BYTES = 1L << 24;
  static final int ATTEMPTS = 3;
  static final int CHECKPOINTS = 2;

  final TestClock clock = TestClock.standing();
  final AtomicInteger lost = new AtomicInteger();
  final Vertx vertx = Vertx.vertx();
  final Database database;
  final Home home;
  final SigningKey signingKey;
  final TrainerApi api;
  final LeaseStore leases = new LeaseStore(clock);
  final CheckpointStore checkpoints = new CheckpointStore(clock);
  final List<CheckpointState> ended = Collections.synchronizedList(new ArrayList<>());
  final JobStore jobs = new JobStore(clock);
  final JobFlow flow = new JobFlow(jobs, new EventStore(clock), (_, _) -> {});
  final WorkStore work = new WorkStore(clock);
  final KeyStore keys = new KeyStore(clock);
  final int port;
  private final PinnedModels models;
  private final Uploads uploads;
  private final BlobStore blobs;
  private final Caller.Tenant tenant;

  TrainerServer(Path root, Upload.Opener opener) throws IOException {
    PostgresAddress address = TestPostgres.freshDatabase();
    Migrations.apply(address);
    database = Database.open(vertx, address, 8);
    home = new Home(root).create();
    signingKey = SigningKey.open(home.root());
    blobs = BlobStore.open(home.blobs());
    uploads = new Uploads(home.uploads(), opener);
    models = new PinnedModels(home.models(), new ArtifactStore(clock), new BaseModelStore(clock));
    String secret = keys.createForTenant(database, "acme", false).secret();
    tenant = (Caller.Tenant) keys.find(database, secret).orElseThrow();
    database.run(
        "insert into policy (digest, name, text, created_at) values ($1, 'p', 't', $2)",
        Digest.of("policy").toString(),
        clock.instant());
    pinBase();
    api =
        new TrainerApi(
            parts(),
            new TrainerApi.Settings(
                LEASE, Duration.ofSeconds(5), MOST_BYTES, ATTEMPTS, CHECKPOINTS));
    port =
        LoopbackServer.start(
            vertx,
            router -> {
              api.mount(router);
              Failures.mount(router);
            });
  }

  static TrainerServer start(Path root) throws IOException {
    return new TrainerServer(root, Upload.Opener.DISK);
  }

  private TrainerApi.Parts parts() {
    return new TrainerApi.Parts(
        database,
        clock,
        new Authentication(database, keys),
        flow,
        models,
        blobs,
        uploads,
        vertx.createSharedWorkerExecutor("uploads", 4),
        signingKey,
        lost::incrementAndGet,
        (_, state) -> ended.add(state));
  }

  private void pinBase() {
    if (!(vetting().vet(new Model(BASE, null)) instanceof VettingResult.Pinned pinned)) {
      throw new IllegalStateException("the tiny base is refused");
    }
    new ArtifactStore(clock).insert(database, new Artifact(Artifact.Kind.MODEL, pinned.manifest()));
    new BaseModelStore(clock)
        .insert(database, "tiny", pinned.manifest().digest(), "fixtures", null);
  }

  private ArtifactVetting vetting() {
    return new ArtifactVetting(home.models(), VettingLimits.DEFAULT);
  }

  /** A job that waits for a trainer. */
  String queuedJob(String id) throws IOException {
    Blob blob = store(DATASET);
    TrainingFile.Origin origin =
        new TrainingFile.Origin(tenant.keyId(), "127.0.0.1", Provenance.UNKNOWN);
    new FileStore(clock)
        .insert(
            database,
            new FileStore.NewFile(
                "file-" + id, tenant.tenantId(), blob, "a.jsonl", "fine-tune", origin));
    jobs.insert(
        database,
        new JobStore.NewJob(
            id,
            tenant.tenantId(),
            "tiny",
            "file-" + id,
            tenant.keyId(),
            new JobStore.NewJob.Terms(null, null, 7, Training.SUPERVISED, null),
            Digest.of("policy"),
            null,
            Digest.of("request")));
    database.transact(sql -> flow.queue(sql, job(id)));
    return id;
  }

  /** Gives a job a file to be measured on. */
  void validation(String id, String text) throws IOException {
    new FileStore(clock)
        .insert(
            database,
            new FileStore.NewFile(
                "valid-" + id,
                tenant.tenantId(),
                store(text),
                "v.jsonl",
                "fine-tune",
                new TrainingFile.Origin(tenant.keyId(), "127.0.0.1", Provenance.UNKNOWN)));
    database.run("update job set validation_file_id = $2 where id = $1", id, "valid-" + id);
  }

  private Blob store(String text) throws IOException {
    try (Incoming incoming = blobs.receive()) {
      incoming.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      Blob blob = incoming.finish();
      incoming.keep();
      return blob;
    }
  }

  /** Ends the job as the public API does. */
  void cancel(String id) {
    database.transact(
        sql -> {
          flow.cancel(sql, job(id));
          endLease(sql, id, "cancelled");
        });
  }

  /** Pauses the job as the public API does. */
  void pause(String id) {
    database.transact(
        sql -> {
          flow.pause(sql, job(id));
          checkpoints.suspend(sql, tenant.tenantId(), id);
          endLease(sql, id, "paused");
        });
  }

  private void endLease(Sql sql, String jobId, String outcome) {
    sql.run(
        """
        update training_lease set ended_at = $2, outcome = $3
        where job_id = $1 and ended_at is null
        """,
        jobId,
        clock.instant(),
        outcome);
  }

  Job job(String id) {
    return jobs.findForStaff(database, id).orElseThrow();
  }

  List<String> events(String jobId) {
    return new EventStore(clock)
        .after(database, tenant.tenantId(), jobId, 0, 100).stream().map(JobEvent::message).toList();
  }

  /** A trainer with a key of its own. */
  TestTrainer trainer(String name) {
    return new TestTrainer(port, keys.createForTrainer(database, name).secret());
  }

  VetTask vetTask() {
    return new VetTask(
        database,
        new VetTask.Parts(
            jobs,
            flow,
            work,
            leases,
            checkpoints,
            new ArtifactStore(clock),
            models,
            uploads,
            vetting(),
            new WeightSketchStore(clock)));
  }

  PinTask pinTask() {
    return new PinTask(
        database,
        new PinTask.Parts(
            jobs,
            work,
            checkpoints,
            leases,
            new ArtifactStore(clock),
            models,
            uploads,
            vetting(),
            (_, state) -> ended.add(state)));
  }

  SweepTask sweepTask() {
    return new SweepTask(database, checkpoints, work, vetting());
  }

  /** The next item of this kind, leased. */
  WorkItem leased(WorkKind kind) {
    return work.lease(database, Set.of(kind), "test", LEASE).orElseThrow();
  }

  /** What became of the checkpoints of a job, in order: the step, the state and why. */
  List<String> checkpoints(String jobId) {
    return database.list(
        row ->
            "%d %s%s"
                .formatted(
                    row.getLong("step"),
                    row.getString("state"),
                    row.getString("reason") == null ? "" : ": " + row.getString("reason")),
        "select step, state, reason from training_checkpoint where job_id = $1 order by step",
        jobId);
  }

  WorkItem vetWork() {
    return work.lease(database, Set.of(WorkKind.VET), "test", LEASE).orElseThrow();
  }

  Artifact pinnedAdapter(Path folder) {
    Artifact base = models.base(database, "tiny");
    return pinned(
        Artifact.Kind.ADAPTER,
        vetting()
            .vet(
                new Adapter(
                    folder, null, new Base(models.folder(base.digest()), base.manifest()), null)));
  }

  Artifact pinnedModel(Path folder) {
    return pinned(Artifact.Kind.MODEL, vetting().vet(new Model(folder, null)));
  }

  private Artifact pinned(Artifact.Kind kind, VettingResult result) {
    if (!(result instanceof VettingResult.Pinned(var manifest, _))) {
      throw new IllegalStateException("refused: " + result);
    }
    Artifact artifact = new Artifact(kind, manifest);
    new ArtifactStore(clock).insert(database, artifact);
    return artifact;
  }

  /** A model that the gate let out. */
  void released(String name, Artifact artifact) throws IOException {
    String id = queuedJob("ftjob-" + name);
    jobs.move(database, id, EnumSet.of(Stage.QUEUED), Stage.RELEASED);
    database.run(
        """
        insert into released_model (name, tenant_id, job_id, artifact_digest, released_by,
          attestation, created_at)
        values ($1, $2, $3, $4, 'gate', '{}', $5)
        """,
        name,
        tenant.tenantId(),
        id,
        artifact.digest().toString(),
        clock.instant());
  }

  MergeTask mergeTask() {
    return new MergeTask(
        database,
        new MergeTask.Parts(
            jobs,
            flow,
            work,
            new ReleasedModelStore(clock),
            new ArtifactStore(clock),
            models,
            vetting(),
            home.downloads()));
  }

  WorkItem mergeWork() {
    return work.lease(database, Set.of(WorkKind.MERGE), "test", LEASE).orElseThrow();
  }

  @Override
  public void close() {
    database.close();
    LoopbackServer.await(vertx.close());
  }
}
