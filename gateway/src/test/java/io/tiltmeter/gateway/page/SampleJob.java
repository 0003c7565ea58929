package io.tiltmeter.gateway.page;

import io.tiltmeter.gateway.blob.Blob;
import io.tiltmeter.gateway.checkpoint.CheckpointState;
import io.tiltmeter.gateway.checkpoint.CheckpointStore;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.file.FileStore;
import io.tiltmeter.gateway.file.Provenance;
import io.tiltmeter.gateway.file.TrainingFile;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.job.HeldFor;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobEvent;
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
import io.tiltmeter.gateway.scan.RescanReasons;
import io.tiltmeter.gateway.verdict.VerdictView;
import io.tiltmeter.gateway.verdict.WealthView;
import io.tiltmeter.policy.gate.Evidence;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

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
          openCase(sql, job, HeldFor.BLOCK, server.clock.instant().plus(Duration.ofDays(1)));
        });
    return server.cases.ofJob(server.database, tenant.tenantId(), id).orElseThrow();
  }

  /**
   * Stops the training at a checkpoint that lost refusals; the one before it did not.
   *
   * @return id of that one
   */
  String stop() {
    String lease = NewId.of("lease-");
    change(
        (sql, job) -> {
          server.flow.queue(sql, job);
          server.flow.train(sql, job);
          sql.run(
              """
              insert into training_lease (id, job_id, tenant_id, key_id, trainer, token_hash,
                created_at, lease_until)
              values ($1, $2, $3, $4, 'gpu-7', $1, $5, $5)
              """,
              lease,
              id,
              tenant.tenantId(),
              tenant.keyId(),
              server.clock.instant());
        });
    String clear = checkpoint(lease, 80, CheckpointState.CLEAR);
    checkpoint(lease, 120, CheckpointState.BLOCKED);
    change(
        (sql, job) -> {
          server.flow.hold(sql, job, Stage.TRAINING, HeldFor.BLOCK, Draft.warn("Stopped"));
          openCase(sql, job, HeldFor.BLOCK, server.clock.instant().plus(Duration.ofDays(1)));
        });
    return clear;
  }

  private String checkpoint(String lease, long step, CheckpointState state) {
    Manifest files =
        new Manifest(List.of(new PinnedFile("config.json", 2, Digest.of(lease + step))));
    new ArtifactStore(server.clock)
        .insert(server.database, new Artifact(Artifact.Kind.MODEL, files));
    CheckpointStore.Told told = new CheckpointStore.Told(lease, id, tenant.tenantId(), step, null);
    String made = server.checkpoints.add(server.database, told, CheckpointState.ARRIVED, null);
    server.checkpoints.pinned(server.database, made, files.digest());
    server.checkpoints.conclude(server.database, made, state, null);
    return made;
  }

  private void openCase(Sql sql, Job job, HeldFor kind, @Nullable Instant closesAt) {
    server.cases.open(sql, job, kind, new CaseStore.Reasons("{}", Digest.of(id)), closesAt);
  }

  /** Gives the job's evaluation a judged pair of answers. */
  void answered(String question, String base, String tuned) {
    answered(question, "base", base, "No, <b>never</b>.");
    answered(question, "tuned", tuned, "Sure, <script>alert(1)</script>");
  }

  private void answered(String question, String side, String label, String text) {
    server.database.run(
        """
        insert into answer (evaluation_id, tenant_id, max_tokens, question, side, text, tokens,
          stopped, label, level, confidence)
        select id, tenant_id, 32, $2, $3, $5, '', 'length', $4, 'L1', 0.9
        from evaluation where job_id = $1
        """,
        id,
        question,
        side,
        label,
        text);
  }

  /**
   * A later scan finds the training file worse.
   *
   * @return id of the case
   */
  String rescan() {
    String made = NewId.of("dcase_");
    change(
        (sql, job) -> {
          sql.run(
              """
              insert into dataset_scan (file_id, tenant_id, number, state, report, scanned_at)
              values ($1, $2, 2, 'scanned', $3, $4)
              """,
              job.fileId(),
              job.tenantId(),
              Digest.of(made).toString(),
              server.clock.instant());
          find(sql, job, "review", 2);
          String reasons = Json.text(worse());
          sql.run(
              """
              insert into dataset_case (id, file_id, tenant_id, scan, reasons, evidence_digest,
                opened_at)
              values ($1, $2, $3, 2, $4::text::jsonb, $5, $6)
              """,
              made,
              job.fileId(),
              job.tenantId(),
              reasons,
              Digest.of(reasons).toString(),
              server.clock.instant());
        });
    return made;
  }

  private RescanReasons worse() {
    return new RescanReasons(
        1,
        2,
        List.of(
            new RescanReasons.Change(
                "identity-shift", null, new RescanReasons.Side("identity-9", "review", 4))),
        List.of(new RescanReasons.Affected(id, "released", "ft:tiny-chat:x")));
  }

  /** Gives the training file a finding of this severity. */
  private void find(Sql sql, Job job, String severity, int scan) {
    sql.run(
        """
        insert into scan_finding (file_id, tenant_id, position, detector, version, severity, count,
          lines, message, scan)
        values ($1, $2, 0, 'identity-shift', '1', $3, 4, $4, 'Rows give another identity', $5)
        """,
        job.fileId(),
        job.tenantId(),
        severity,
        new Long[] {2L, 3L, 4L, 9L},
        scan);
  }

  /** Holds the job for a person who looks at its training file. */
  ReviewCase holdForItsFile() {
    change(
        (sql, job) -> {
          find(sql, job, "review", 1);
          server.flow.hold(sql, job, Stage.SCANNING, HeldFor.DATASET, Draft.warn("Held"));
          openCase(sql, job, HeldFor.DATASET, null);
        });
    return server.cases.ofJob(server.database, tenant.tenantId(), id).orElseThrow();
  }

  /** Ends the job because of its training file. */
  void refuseItsFile() {
    change(
        (sql, job) -> {
          find(sql, job, "review", 1);
          server.flow.say(
              sql,
              job,
              new Draft(
                  JobEvent.Level.WARN,
                  JobEvent.MODERATION_CHECKS,
                  "The scan blocked the file",
                  "{\"outcome\": \"block\"}"));
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
        values ($1, $2, $3, 'standard', $8, $4, $5, $5, 'j', 1, $6, $6, 'block', 'gate',
          $7::text::jsonb)
        """,
        NewId.of("eval_"),
        id,
        job.tenantId(),
        job.policyDigest().toString(),
        job.pinnedArtifact().toString(),
        server.clock.instant(),
        Json.text(verdict(job)),
        server.packs.all().getFirst().digest().toString());
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
