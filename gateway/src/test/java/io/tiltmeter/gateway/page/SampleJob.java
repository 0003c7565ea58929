package io.tiltmeter.gateway.page;

import io.tiltmeter.gateway.blob.Blob;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.file.FileStore;
import io.tiltmeter.gateway.file.Provenance;
import io.tiltmeter.gateway.file.TrainingFile;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.job.HeldFor;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobEvent.Draft;
import io.tiltmeter.gateway.job.JobStore.NewJob;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.job.Training;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.model.Artifact;
import io.tiltmeter.gateway.model.ArtifactStore;
import io.tiltmeter.gateway.model.BaseModelStore;
import io.tiltmeter.gateway.review.CaseStore;
import io.tiltmeter.gateway.review.ReviewCase;
import io.tiltmeter.gateway.verdict.VerdictView;
import io.tiltmeter.gateway.verdict.WealthView;
import io.tiltmeter.policy.gate.Evidence;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.function.BiConsumer;

/** A job of a tenant of its own, moved along by hand. */
record SampleJob(PageServer server, String key, Caller.Tenant tenant, String id) {
  private static final List<Double> INTERVAL = List.of(0.2, 0.6);
  private static final VerdictView.NamedView CATEGORY =
      new VerdictView.NamedView("violent-crimes", null, 20, 0.9, 0.5, 0.4, INTERVAL, "block");

  private static final String BASE = "tiny-chat";

  static SampleJob create(PageServer server, String tenantName, String suffix) {
    String key = server.keys.createForTenant(server.database, tenantName, false).secret();
    Caller.Tenant tenant = (Caller.Tenant) server.keys.find(server.database, key).orElseThrow();
    Digest artifact = pinBase(server);
    String file = upload(server, tenant);
    String id = NewId.of("ftjob-");
    server.database.transact(
        sql -> {
          NewJob.Terms terms = new NewJob.Terms(null, suffix, 1, Training.SUPERVISED, null);
          server.jobs.insert(
              sql,
              new NewJob(
                  id,
                  tenant.tenantId(),
                  BASE,
                  file,
                  tenant.keyId(),
                  terms,
                  server.policies.digestFor(sql, tenant.tenantId(), BASE),
                  null,
                  Digest.of(id)));
          server.jobs.pinned(sql, id, artifact);
          server.flow.created(sql, server.jobs.lock(sql, id).orElseThrow());
        });
    return new SampleJob(server, key, tenant, id);
  }

  private static Digest pinBase(PageServer server) {
    PinnedFile config = new PinnedFile("config.json", 2, Digest.of("{}"));
    Artifact artifact = new Artifact(Artifact.Kind.MODEL, new Manifest(List.of(config)));
    new ArtifactStore(server.clock).insert(server.database, artifact);
    new BaseModelStore(server.clock)
        .insert(server.database, BASE, artifact.digest(), "a test", null);
    return artifact.digest();
  }

  private static String upload(PageServer server, Caller.Tenant tenant) {
    FileStore.NewFile file =
        new FileStore.NewFile(
            NewId.of("file-"),
            tenant.tenantId(),
            new Blob(Digest.of(tenant.holder()), 5),
            "<b>train</b>.jsonl",
            "fine-tune",
            new TrainingFile.Origin(tenant.keyId(), "127.0.0.1", Provenance.UNKNOWN));
    String id = new FileStore(server.clock).insert(server.database, file).id();
    server.database.run(
        "update training_file set state = 'scanned', examples = 7, scanned_at = $2 where id = $1",
        id,
        server.clock.instant());
    server.database.run(
        """
        insert into dataset_scan (file_id, tenant_id, number, state, report, scanned_at)
        values ($1, $2, 1, 'scanned', $3, $4)
        """,
        id,
        tenant.tenantId(),
        Digest.of(id).toString(),
        server.clock.instant());
    return id;
  }

  void change(BiConsumer<Sql, Job> body) {
    server.database.transact(sql -> body.accept(sql, server.jobs.lock(sql, id).orElseThrow()));
  }

  void say(String message) {
    change((sql, job) -> server.flow.say(sql, job, Draft.info(message)));
  }

  /** Holds the job after a block by the gate; the case is open for a day. */
  ReviewCase block() {
    change(
        (sql, job) -> {
          server.flow.queue(sql, job);
          server.flow.train(sql, job);
          server.flow.vet(sql, job);
          server.flow.evaluate(sql, job);
          evaluated(sql, job);
          server.flow.hold(sql, job, Stage.EVALUATING, HeldFor.BLOCK, Draft.warn("Held"));
          server.cases.open(
              sql,
              job,
              HeldFor.BLOCK,
              new CaseStore.Reasons("{}", Digest.of(id)),
              server.clock.instant().plus(Duration.ofDays(1)));
        });
    return server.cases.ofJob(server.database, tenant.tenantId(), id).orElseThrow();
  }

  /** Gives the training file a finding of this severity. */
  private void find(Sql sql, Job job, String severity) {
    sql.run(
        """
        insert into scan_finding (file_id, tenant_id, position, detector, version, severity, count,
          lines, message)
        values ($1, $2, 0, 'identity-shift', '1', $3, 4, $4, 'Rows give another identity')
        """,
        job.fileId(),
        job.tenantId(),
        severity,
        new Long[] {2L, 3L, 4L, 9L});
  }

  /** Holds the job for a person who looks at its training file. */
  ReviewCase holdForItsFile() {
    change(
        (sql, job) -> {
          find(sql, job, "review");
          server.flow.hold(sql, job, Stage.SCANNING, HeldFor.DATASET, Draft.warn("Held"));
          server.cases.open(
              sql, job, HeldFor.DATASET, new CaseStore.Reasons("{}", Digest.of(id)), null);
        });
    return server.cases.ofJob(server.database, tenant.tenantId(), id).orElseThrow();
  }

  /** Ends the job because of its training file. */
  void refuseItsFile() {
    change(
        (sql, job) -> {
          find(sql, job, "review");
          server.flow.block(
              sql,
              job,
              EnumSet.of(Stage.SCANNING),
              new Job.Failure("unsafe_file", "The training file was blocked.", "training_file"));
        });
  }

  private void evaluated(Sql sql, Job job) {
    sql.run(
        """
        insert into evaluation (id, job_id, tenant_id, pack_name, pack_digest, policy_digest,
          base_digest, tuned_digest, judge, max_tokens, created_at, finished_at, verdict, rule,
          report)
        values ($1, $2, $3, 'standard', 'd', $4, $5, $5, 'j', 1, $6, $6, 'block', 'gate',
          $7::text::jsonb)
        """,
        NewId.of("eval_"),
        id,
        job.tenantId(),
        job.policyDigest().toString(),
        job.pinnedArtifact().toString(),
        server.clock.instant(),
        Json.text(verdict(job)));
  }

  private static VerdictView verdict(Job job) {
    return new VerdictView(
        "block",
        "gate",
        0.9,
        0.5,
        0.4,
        INTERVAL,
        0.95,
        40,
        0.1,
        new VerdictView.StratumView(20, 0.1, 0.1, 0.0, List.of(-0.1, 0.1), 0.95, "pass"),
        new VerdictView.CapabilityView(10, 0.8, 0.8, 0.0, "pass"),
        List.of(CATEGORY),
        List.of(),
        new Evidence.Flips(16, 0),
        0.0,
        0.0,
        new VerdictView.AgreementView(24, 0),
        "cascade-3",
        job.policyDigest().toString(),
        Digest.of("pack").toString(),
        null,
        100,
        1.0,
        true,
        24,
        620,
        List.of(new WealthView("gate", List.of(-0.1, 2.0, 6.0), List.of(0.4, 1.1, 5.4), 3.7, 5.3)),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }
}
