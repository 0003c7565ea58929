package io.tiltmeter.gateway.release;

import io.tiltmeter.gateway.attestation.Dsse;
import io.tiltmeter.gateway.attestation.SigningKey;
import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.evaluation.Replay;
import io.tiltmeter.gateway.job.HeldFor;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobEvent.Draft;
import io.tiltmeter.gateway.job.JobFlow;
import io.tiltmeter.gateway.job.JobStore;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.lineage.Charge;
import io.tiltmeter.gateway.lineage.Ledger;
import io.tiltmeter.gateway.model.Artifact;
import io.tiltmeter.gateway.model.BaseModel;
import io.tiltmeter.gateway.model.BaseModelStore;
import io.tiltmeter.gateway.model.PinnedModels;
import io.tiltmeter.gateway.review.CaseStore;
import io.tiltmeter.gateway.review.ReviewCase;
import io.tiltmeter.gateway.work.Task;
import io.tiltmeter.gateway.work.WorkItem;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import io.tiltmeter.policy.attestation.Decided;
import io.tiltmeter.policy.attestation.Origin;
import io.tiltmeter.policy.attestation.ReleasedBy;
import io.tiltmeter.policy.attestation.Statement;
import io.tiltmeter.policy.gate.Verdict.Decision;
import io.tiltmeter.policy.lineage.Digest;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes, signs and registers the model of a job that may go out. */
public final class ReleaseTask implements Task {
  private static final Job.Failure FAILURE =
      new Job.Failure(
          "evaluation_failed",
          "The fine-tuned model could not be written and signed, and is not released. Create the"
              + " job again; if that ends like this too, give the job's id to whoever runs this"
              + " service.",
          null);

  private final Database database;
  private final Parts parts;
  private final Signing signing;
  private final Clock clock;
  private final ReleaseStore releases;

  /** What releasing works with. */
  public record Parts(
      JobStore jobs,
      JobFlow flow,
      WorkStore work,
      CaseStore cases,
      AuditStore audit,
      Models models,
      Ledger ledger) {}

  /** Where models come from. */
  public record Models(BaseModelStore bases, PinnedModels pinned, Replay replay) {}

  /**
   * With which key models are signed and where they are written.
   *
   * @param released a folder for each model
   */
  public record Signing(SigningKey key, Path released) {}

  public ReleaseTask(Database database, Parts parts, Signing signing, Clock clock) {
    this.database = database;
    this.parts = parts;
    this.signing = signing;
    this.clock = clock;
    this.releases = new ReleaseStore(clock);
  }

  @Override
  public WorkKind kind() {
    return WorkKind.RELEASE;
  }

  @Override
  public void run(WorkItem item) {
    Job job = parts.jobs().findForStaff(database, item.subject()).orElseThrow();
    if (releases.isReleased(database, job) || !mayGoOut(job)) {
      database.transact(sql -> parts.work().finish(sql, item));
      return;
    }
    Replay.Replayed verdict = parts.models().replay().verdict(database, job);
    ReleasedBy by = releasedBy(job, verdict);
    Artifact artifact = parts.models().pinned().artifact(database, job.pinnedArtifact());
    String name = job.releaseName();
    String attestation = attest(job, name, artifact, verdict, by);
    Path pinned = parts.models().pinned().folder(artifact.digest());
    try (ReleaseFolder folder = folder(item, name)) {
      folder.stage(pinned, artifact.manifest(), attestation);
      Charge charge = Charge.of(verdict.verdict().evidence());
      database.transact(sql -> register(sql, item, folder, new Release(by, attestation, charge)));
    }
  }

  private ReleaseFolder folder(WorkItem item, String name) {
    return new ReleaseFolder(signing.released(), name, item.subject(), item.token());
  }

  /** A blocked job comes here only when people let its model out afterwards. */
  private static boolean mayGoOut(Job job) {
    return job.stage() == Stage.RELEASING || job.stage() == Stage.BLOCKED;
  }

  /** Who lets the model out; without a pass or a decision of people, nobody does. */
  private ReleasedBy releasedBy(Job job, Replay.Replayed verdict) {
    if (verdict.verdict().decision() == Decision.PASS) {
      return ReleasedBy.GATE;
    }
    return parts
        .cases()
        .ofJob(database, job.tenantId(), job.id())
        .filter(on -> on.kind() != HeldFor.DATASET)
        .map(ReviewCase::outcome)
        .filter("released"::equals)
        .map(_ -> ReleasedBy.OVERRIDE)
        .orElseThrow(
            () ->
                new ReleaseException(
                    "job %s has neither a pass nor a release by people".formatted(job.id())));
  }

  private String attest(
      Job job, String name, Artifact artifact, Replay.Replayed verdict, ReleasedBy by) {
    BaseModel base = parts.models().bases().find(database, job.baseModel()).orElseThrow();
    Statement statement =
        new Statement(
            artifact.manifest(),
            new Origin(
                name,
                job.id(),
                new Origin.Base(base.name(), base.revision(), base.artifactDigest()),
                parent(job),
                releases.dataset(database, job)),
            new Decided(
                verdict.verdict(),
                verdict.policy(),
                verdict.pack(),
                verdict.judge(),
                verdict.measurement(),
                by),
            clock.instant().truncatedTo(ChronoUnit.SECONDS));
    return Dsse.sign(Statement.PAYLOAD_TYPE, statement.payload(), signing.key());
  }

  private static Origin.@Nullable Parent parent(Job job) {
    Digest start = job.start();
    return start == null ? null : new Origin.Parent(job.tunedModel(), start);
  }

  /** What is written down of a model, beside its name. */
  private record Release(ReleasedBy by, String attestation, Charge charge) {}

  /** All or nothing, and last the public name: an old lease has failed by then. */
  private void register(Sql sql, WorkItem item, ReleaseFolder folder, Release release) {
    parts.work().finish(sql, item);
    Job job = parts.jobs().lock(sql, item.subject()).orElseThrow();
    if (!mayGoOut(job)) {
      return;
    }
    String name = folder.name();
    releases.insert(sql, job, name, release.by(), release.attestation());
    parts.ledger().charge(sql, job.id(), job.tenantId(), release.charge());
    if (!parts.flow().released(sql, job, name)) {
      parts.flow().say(sql, job, Draft.info("Released after review, against the gate: " + name));
    }
    parts
        .audit()
        .append(
            sql,
            new AuditEntry.Fact(
                "gateway",
                "release",
                job.id(),
                Map.of("model", name, "released_by", release.by().wireName())));
    folder.publish();
  }

  @Override
  public void giveUp(WorkItem item) {
    database.transact(sql -> giveUp(sql, item));
  }

  private void giveUp(Sql sql, WorkItem item) {
    parts.work().finish(sql, item);
    Job job = parts.jobs().lock(sql, item.subject()).orElseThrow();
    try (ReleaseFolder folder = folder(item, job.releaseName())) {
      if (!releases.isNameTaken(sql, folder.name())) {
        folder.retract();
      }
    }
    if (!parts.flow().fail(sql, job, EnumSet.of(Stage.RELEASING), FAILURE)) {
      parts.flow().say(sql, job, Draft.error(FAILURE.message()));
    }
  }
}
