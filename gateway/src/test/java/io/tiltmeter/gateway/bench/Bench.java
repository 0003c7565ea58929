package io.tiltmeter.gateway.bench;

import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.gateway.blob.Blob;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.Migrations;
import io.tiltmeter.gateway.file.FileStore;
import io.tiltmeter.gateway.file.Provenance;
import io.tiltmeter.gateway.file.TrainingFile;
import io.tiltmeter.gateway.job.EventStore;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobEvent;
import io.tiltmeter.gateway.job.JobFlow;
import io.tiltmeter.gateway.job.JobStore;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.job.Training;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.key.KeyStore;
import io.tiltmeter.gateway.key.Scope;
import io.tiltmeter.gateway.model.Artifact;
import io.tiltmeter.gateway.model.ArtifactStore;
import io.tiltmeter.gateway.model.BaseModelStore;
import io.tiltmeter.gateway.policyfile.PolicyResult;
import io.tiltmeter.gateway.postgres.PostgresAddress;
import io.tiltmeter.gateway.postgres.TestPostgres;
import io.tiltmeter.gateway.review.CaseStore;
import io.tiltmeter.gateway.scan.DatasetGate;
import io.tiltmeter.gateway.scan.GraderTrialStore;
import io.tiltmeter.gateway.scan.ScanStore;
import io.tiltmeter.gateway.tenant.PolicyProposal.Target;
import io.tiltmeter.gateway.tenant.TenantPolicies;
import io.tiltmeter.gateway.work.WorkItem;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A database with one tenant and the stores over it; files are those of the checkout. */
public final class Bench implements AutoCloseable {
  public static final Path ROOT = Path.of(System.getProperty("tiltmeter.root"));
  public static final Duration LEASE = Duration.ofSeconds(30);
  public static final String BASE = "tiny";

  public final TestClock clock = TestClock.standing();
  public final Vertx vertx = Vertx.vertx();
  public final PostgresAddress address = TestPostgres.freshDatabase();
  public final Database database;
  public final KeyStore keys = new KeyStore(clock);
  public final JobStore jobs = new JobStore(clock);
  public final EventStore events = new EventStore(clock);
  public final JobFlow flow = new JobFlow(jobs, events, (_, _) -> {});
  public final WorkStore work = new WorkStore(clock);
  public final CaseStore cases = new CaseStore(clock);
  public final AuditStore audit = new AuditStore(clock);
  public final ArtifactStore artifacts = new ArtifactStore(clock);
  public final BaseModelStore bases = new BaseModelStore(clock);
  public final TenantPolicies policies;
  public final Caller.Tenant tenant;

  private Bench(Set<String> categories) {
    Migrations.apply(address);
    database = Database.open(vertx, address, 4);
    policies = new TenantPolicies(clock, policyText("name: test\nversion: 1\n"), categories);
    String secret = keys.createForTenant(database, "acme", false).secret();
    tenant = (Caller.Tenant) keys.find(database, secret).orElseThrow();
  }

  public static Bench open() {
    return new Bench(Set.of());
  }

  /** For policies that name these categories too. */
  public static Bench open(Set<String> categories) {
    return new Bench(categories);
  }

  public static TenantPolicies.PolicyText policyText(String text) {
    if (TenantPolicies.read(text, Set.of()) instanceof PolicyResult.Read(var policy)) {
      return TenantPolicies.textOf(text, policy);
    }
    throw new IllegalStateException("the test's policy is wrong");
  }

  /** Makes this the tenant's policy for jobs to come. */
  public void policy(String lines) {
    policy(policyText("name: test\nversion: 1\n" + lines));
  }

  /** Makes this the tenant's policy for jobs to come. */
  public void policy(TenantPolicies.PolicyText text) {
    policies.keep(database, text);
    policies.activate(database, new Target.OfTenant(tenant.tenantId(), "acme"), text.digest());
  }

  /** What scans mean for jobs here. */
  public DatasetGate gate(ScanStore scans) {
    return new DatasetGate(flow, scans, new GraderTrialStore(clock), cases, policies, audit);
  }

  /** Registers a base with this manifest. */
  public void base(Manifest manifest) {
    artifacts.insert(database, new Artifact(Artifact.Kind.MODEL, manifest));
    bases.insert(database, BASE, manifest.digest(), "a test", null);
  }

  /** A job whose training file waits for its scan. */
  public Job scanning(String id, Blob blob) {
    String fileId = "file-" + id;
    file(fileId, blob);
    jobs.insert(
        database,
        new JobStore.NewJob(
            id,
            tenant.tenantId(),
            BASE,
            fileId,
            tenant.keyId(),
            new JobStore.NewJob.Terms(null, "mine", 7, Training.SUPERVISED, null),
            policies.digestFor(database, tenant.tenantId(), BASE),
            null,
            Digest.of(id)));
    return job(id);
  }

  /** Gives a job a validation file that waits for its scan; the file's id. */
  public String validation(String jobId, Blob blob) {
    String fileId = "valid-" + jobId;
    file(fileId, blob);
    database.run("update job set validation_file_id = $2 where id = $1", jobId, fileId);
    return fileId;
  }

  private void file(String id, Blob blob) {
    new FileStore(clock)
        .insert(
            database,
            new FileStore.NewFile(
                id,
                tenant.tenantId(),
                blob,
                "a.jsonl",
                "fine-tune",
                new TrainingFile.Origin(tenant.keyId(), "127.0.0.1", Provenance.UNKNOWN)));
  }

  /** A job whose training file nobody looks at. */
  public Job scanning(String id) {
    return scanning(id, new Blob(Digest.of(id), 1));
  }

  /** A job with this artifact, in this stage. */
  public Job inStage(String id, Digest artifact, Stage stage) {
    scanning(id);
    jobs.pinned(database, id, artifact);
    jobs.move(database, id, EnumSet.of(Stage.SCANNING), stage);
    return job(id);
  }

  public Job job(String id) {
    return jobs.findForStaff(database, id).orElseThrow();
  }

  public List<JobEvent> events(String jobId) {
    return events.after(database, tenant.tenantId(), jobId, 0, 100);
  }

  public List<String> messages(String jobId) {
    return events(jobId).stream().map(JobEvent::message).toList();
  }

  /** Asks for work and leases it; nothing else of its kind may be open. */
  public WorkItem leased(WorkKind kind, String subject) {
    work.request(database, kind, subject);
    return lease(kind);
  }

  public WorkItem lease(WorkKind kind) {
    return work.lease(database, Set.of(kind), "test", LEASE).orElseThrow();
  }

  /** Whether there is open work of this kind for this subject. */
  public boolean isOpen(WorkKind kind, String subject) {
    return count(
            "select count(*) from work_item where done_at is null and kind = $1 and subject = $2",
            kind.wireName(),
            subject)
        == 1;
  }

  /** A person with a new key. */
  public Caller.Staff staff(String person) {
    String secret = keys.createForStaff(database, person, Scope.OF_STAFF).secret();
    return (Caller.Staff) keys.find(database, secret).orElseThrow();
  }

  public long count(String query, Object... values) {
    return database.find(row -> row.getLong(0), query, values).orElseThrow();
  }

  /** Waits until another connection to this database waits for a lock. */
  public void awaitLockWait() {
    await(
        () ->
            count(
                    "select count(*) from pg_stat_activity"
                        + " where datname = current_database() and wait_event_type = 'Lock'")
                > 0);
  }

  /** Waits for what another thread or the database does; a long time is a failure. */
  public static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("nothing happened for 60 s");
      }
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    database.close();
    LoopbackServer.await(vertx.close());
  }
}
