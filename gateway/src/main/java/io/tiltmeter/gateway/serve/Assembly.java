package io.tiltmeter.gateway.serve;

import io.tiltmeter.evaluator.grader.GraderProbe;
import io.tiltmeter.evaluator.grader.Grading;
import io.tiltmeter.evaluator.grader.ScriptGrader;
import io.tiltmeter.evaluator.remote.GraderEndpoints;
import io.tiltmeter.evaluator.remote.JudgeEndpoint;
import io.tiltmeter.evaluator.runner.GraderSandbox;
import io.tiltmeter.evaluator.runner.RunnerSettings;
import io.tiltmeter.evaluator.scan.ScanVersions;
import io.tiltmeter.evaluator.scan.contamination.PackPrints;
import io.tiltmeter.evaluator.vet.ArtifactVetting;
import io.tiltmeter.evaluator.vet.VettingLimits;
import io.tiltmeter.gateway.answercache.BaseAnswers;
import io.tiltmeter.gateway.attestation.SigningKey;
import io.tiltmeter.gateway.blob.BlobStore;
import io.tiltmeter.gateway.config.GatewayConfig;
import io.tiltmeter.gateway.config.Home;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.evaluation.EvaluationTask;
import io.tiltmeter.gateway.evaluation.GateDesk;
import io.tiltmeter.gateway.evaluation.Packs;
import io.tiltmeter.gateway.evaluation.Replay;
import io.tiltmeter.gateway.evaluation.ScreeningTask;
import io.tiltmeter.gateway.file.ExpirySweep;
import io.tiltmeter.gateway.file.FileStore;
import io.tiltmeter.gateway.file.OrphanSweep;
import io.tiltmeter.gateway.job.JobFlow;
import io.tiltmeter.gateway.key.Authentication;
import io.tiltmeter.gateway.lineage.Ledger;
import io.tiltmeter.gateway.metrics.Meters;
import io.tiltmeter.gateway.model.PinnedModels;
import io.tiltmeter.gateway.model.ReleasedModelStore;
import io.tiltmeter.gateway.model.WeightSketchStore;
import io.tiltmeter.gateway.release.ReleaseTask;
import io.tiltmeter.gateway.review.CloseTask;
import io.tiltmeter.gateway.review.Review;
import io.tiltmeter.gateway.scan.DatasetGate;
import io.tiltmeter.gateway.scan.GraderTask;
import io.tiltmeter.gateway.scan.GraderTrialStore;
import io.tiltmeter.gateway.scan.RescanPlan;
import io.tiltmeter.gateway.scan.RescanReview;
import io.tiltmeter.gateway.scan.RescanTask;
import io.tiltmeter.gateway.scan.ScanTask;
import io.tiltmeter.gateway.tenant.PolicyProposal;
import io.tiltmeter.gateway.tenant.TenantPolicies;
import io.tiltmeter.gateway.trainer.LeaseStore;
import io.tiltmeter.gateway.trainer.MergeTask;
import io.tiltmeter.gateway.trainer.PinTask;
import io.tiltmeter.gateway.trainer.SweepTask;
import io.tiltmeter.gateway.trainer.Uploads;
import io.tiltmeter.gateway.trainer.VetTask;
import io.tiltmeter.gateway.upload.UploadSweep;
import io.tiltmeter.gateway.webhook.DeliveryTask;
import io.tiltmeter.gateway.webhook.SecretBox;
import io.tiltmeter.gateway.webhook.WebhookSender;
import io.tiltmeter.gateway.work.Task;
import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Constructs the gateway's parts, in the order in which they need each other. */
final class Assembly implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Assembly.class);

  private final Database database;
  private final GatewayConfig config;
  private final Clock clock;

  final Stores stores;
  final Meters meters = new Meters();
  final Counting counting;
  final JobFlow flow;
  final Packs packs;
  private final PackPrints prints;
  final TenantPolicies policies;
  final Authentication authentication;
  final BlobStore blobs;
  final SigningKey signingKey;
  final PinnedModels models;
  final DatasetGate datasetGate;
  final Grading grading;
  private final GraderEndpoints graders;
  private final @Nullable JudgeEndpoint judge;
  private final GraderTrialStore graderTrials;
  final RescanPlan rescans;
  final Ledger ledger;
  final Review review;
  final Home home;
  final Uploads uploads;
  final SecretBox webhookSecrets;

  Assembly(Database database, GatewayConfig config, Home home, Clock clock) {
    this.database = database;
    this.config = config;
    this.clock = clock;
    this.home = home;
    packs = Packs.read(config.evaluation());
    prints = PackPrints.of(packs.all());
    stores = Stores.of(clock, ScanVersions.CURRENT.with(prints));
    counting = new Counting(meters, clock);
    flow = new JobFlow(stores.jobs(), stores.events(), counting::moved);
    policies = policies(database, config, clock);
    authentication = new Authentication(database, stores.keys());
    blobs = openBlobs(home);
    signingKey = SigningKey.open(home.root());
    models = new PinnedModels(home.models(), stores.artifacts(), stores.bases());
    graders = GraderEndpoints.of(config.graders().models(), JudgeEndpoint.SETTINGS);
    judge =
        config.judge() == null ? null : JudgeEndpoint.of(config.judge(), JudgeEndpoint.SETTINGS);
    grading = grading(config.graders(), graders);
    graderTrials = new GraderTrialStore(clock);
    datasetGate =
        new DatasetGate(
            flow, stores.scans(), graderTrials, stores.cases(), policies, stores.audit());
    rescans = new RescanPlan(stores.scans(), stores.work(), config.scan().rescansPerHour(), clock);
    ledger = new Ledger(config.lineage(), clock);
    uploads = new Uploads(home.uploads());
    webhookSecrets =
        SecretBox.open(
            config.webhooks().keyFile() == null
                ? home.keys().resolve("webhooks.key")
                : config.webhooks().keyFile());
    review =
        new Review(
            database,
            new Review.Parts(
                stores.cases(), stores.jobs(), flow, stores.work(), stores.audit(), policies),
            clock);
  }

  /** The file counts on the first start; from then on people change the policy together. */
  private TenantPolicies policies(Database database, GatewayConfig config, Clock clock) {
    TenantPolicies.PolicyText file = DefaultPolicy.read(config.policy(), packs.categories());
    TenantPolicies policies = new TenantPolicies(clock, file, packs.categories());
    Digest inForce = policies.inForce(database, new PolicyProposal.Target.OfInstallation());
    if (!inForce.equals(file.digest())) {
      LOG.warn(
          "policy {} is {}, and the policy in force stays {}; propose the file with PUT"
              + " /ops/v1/policy to have it activated",
          config.policy(),
          file.digest(),
          inForce);
    }
    return policies;
  }

  private static BlobStore openBlobs(Home home) {
    try {
      return BlobStore.open(home.blobs());
    } catch (IOException e) {
      throw new UncheckedIOException("uploads at %s cannot be read".formatted(home.blobs()), e);
    }
  }

  /** What the scan role does. */
  List<Task> scanning() {
    return List.of(
        new ScanTask(
            database,
            new ScanTask.Parts(
                blobs, stores.scans(), stores.jobs(), datasetGate, stores.work(), prints),
            counting::found));
  }

  /** What the scan role does with graders, which may wait long for models. */
  List<Task> tryingGraders() {
    return List.of(
        new GraderTask(
            database,
            new GraderTask.Parts(
                stores.jobs(),
                new FileStore(clock),
                blobs,
                graderTrials,
                stores.work(),
                new GraderProbe(grading),
                datasetGate)));
  }

  private static Grading grading(GatewayConfig.Graders graders, GraderEndpoints models) {
    return new Grading(
        models,
        graders.python() == null
            ? ScriptGrader.OFF
            : new GraderSandbox(graders.python(), GraderSandbox.LIMITS));
  }

  /** What the scan role does with files that were scanned before. */
  List<Task> rescanning() {
    return List.of(
        new RescanTask(
            database,
            new RescanTask.Parts(
                blobs,
                stores.scans(),
                stores.work(),
                rescans,
                new RescanReview(stores.datasetCases(), policies, stores.audit()),
                prints),
            counting::rescanned,
            clock));
  }

  /** What the evaluate role does with models at rest: quick work that must not wait for probes. */
  List<Task> handling() {
    return Stream.concat(atRest().stream(), arriving().stream()).toList();
  }

  private List<Task> atRest() {
    return List.of(
        new ReleaseTask(
            database,
            new ReleaseTask.Parts(
                stores.jobs(),
                flow,
                stores.work(),
                stores.cases(),
                stores.audit(),
                new ReleaseTask.Models(stores.bases(), models, replay()),
                ledger),
            new ReleaseTask.Signing(signingKey, home.released()),
            clock),
        new MergeTask(
            database,
            new MergeTask.Parts(
                stores.jobs(),
                flow,
                stores.work(),
                new ReleasedModelStore(clock),
                stores.artifacts(),
                models,
                vetting(),
                home.downloads())),
        new CloseTask(database, stores.jobs(), flow, stores.work()));
  }

  /** What the evaluate role does with what trainers send; of one worker with what removes it. */
  private List<Task> arriving() {
    return List.of(
        new VetTask(
            database,
            new VetTask.Parts(
                stores.jobs(),
                flow,
                stores.work(),
                new LeaseStore(clock),
                stores.checkpoints(),
                stores.artifacts(),
                models,
                uploads,
                vetting(),
                new WeightSketchStore(clock))),
        new PinTask(
            database,
            new PinTask.Parts(
                stores.jobs(),
                stores.work(),
                stores.checkpoints(),
                new LeaseStore(clock),
                stores.artifacts(),
                models,
                uploads,
                vetting(),
                counting::ended)),
        new SweepTask(database, stores.checkpoints(), stores.work(), vetting()));
  }

  /** What the evaluate role does with the models of trainings that go on. */
  List<Task> screening() {
    GatewayConfig.Checkpoints checkpoints = config.evaluation().checkpoints();
    return List.of(
        new ScreeningTask(
            database,
            new ScreeningTask.Parts(
                stores.jobs(),
                stores.work(),
                stores.checkpoints(),
                stores.evaluations(),
                desk(),
                models,
                baseAnswers(),
                counting::ended),
            RunnerSettings.DEFAULT.withExecution(config.evaluation().execution()),
            new ScreeningTask.Extent(
                checkpoints.behaviours(), config.evaluation().maxTokens(), checkpoints.budget()),
            clock));
  }

  private GateDesk desk() {
    return GateDesk.of(
        policies,
        packs,
        new GateDesk.Consequences(flow, stores.cases(), stores.work(), ledger),
        clock,
        counting::evaluated);
  }

  private Replay replay() {
    return new Replay(stores.evaluations(), stores.artifacts(), policies, packs);
  }

  /** What the evaluate role does with running models. */
  List<Task> evaluating() {
    return List.of(
        new EvaluationTask(
            database,
            new EvaluationTask.Parts(
                stores.jobs(),
                flow,
                stores.work(),
                stores.evaluations(),
                desk(),
                models,
                baseAnswers(),
                Optional.ofNullable(judge)),
            RunnerSettings.DEFAULT.withExecution(config.evaluation().execution()),
            new EvaluationTask.Extent(
                config.evaluation().maxTokens(),
                config.evaluation().layoutChecks(),
                config.evaluation().budget())));
  }

  private BaseAnswers baseAnswers() {
    return new BaseAnswers(
        database, stores.baseAnswers(), config.evaluation().baseAnswerBytes(), counting::looked);
  }

  /** What tells customers' servers of events. */
  List<Task> delivering(WebhookSender sender) {
    return List.of(
        new DeliveryTask(
            database,
            new DeliveryTask.Parts(
                stores.work(), webhookSecrets, sender, clock, new SecureRandom()),
            counting::sent));
  }

  /** What removes uploads that nobody has. */
  OrphanSweep orphans() {
    return new OrphanSweep(database, blobs, clock);
  }

  /** What ends uploads whose time is over. */
  UploadSweep overdue() {
    return new UploadSweep(database, blobs, clock);
  }

  /** What removes files whose time is over. */
  ExpirySweep expired() {
    return new ExpirySweep(database, blobs, clock);
  }

  /** Ends the connections to models that judge and grade; nothing asks them any more. */
  @Override
  public void close() {
    graders.close();
    if (judge != null) {
      judge.close();
    }
  }

  /** The way of artifacts into the store. */
  ArtifactVetting vetting() {
    return new ArtifactVetting(home.models(), VettingLimits.DEFAULT);
  }
}
