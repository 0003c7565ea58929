package io.tiltmeter.gateway.api;

import io.tiltmeter.evaluator.grader.Grading;
import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.file.Admission;
import io.tiltmeter.gateway.file.FileHandler;
import io.tiltmeter.gateway.file.FileStore;
import io.tiltmeter.gateway.file.FileWork;
import io.tiltmeter.gateway.file.Quarantine;
import io.tiltmeter.gateway.grader.GraderHandler;
import io.tiltmeter.gateway.http.OpenAiHeaders;
import io.tiltmeter.gateway.http.RequestBody;
import io.tiltmeter.gateway.idempotency.Idempotency;
import io.tiltmeter.gateway.job.JobCreation;
import io.tiltmeter.gateway.job.JobFlow;
import io.tiltmeter.gateway.job.JobHandler;
import io.tiltmeter.gateway.job.JobStore;
import io.tiltmeter.gateway.job.ScanOutcomes;
import io.tiltmeter.gateway.job.TrainerMethodStore;
import io.tiltmeter.gateway.key.Authentication;
import io.tiltmeter.gateway.limit.Limits;
import io.tiltmeter.gateway.limit.Quotas;
import io.tiltmeter.gateway.limit.RequestLimits;
import io.tiltmeter.gateway.lineage.Ledger;
import io.tiltmeter.gateway.model.BaseModelStore;
import io.tiltmeter.gateway.model.ModelHandler;
import io.tiltmeter.gateway.model.ReleasedModelStore;
import io.tiltmeter.gateway.permission.PermissionHandler;
import io.tiltmeter.gateway.review.SafetyHandler;
import io.tiltmeter.gateway.tenant.TenantPolicies;
import io.tiltmeter.gateway.upload.UploadHandler;
import io.tiltmeter.gateway.webhook.WebhookHandler;
import io.tiltmeter.gateway.work.WorkStore;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.random.RandomGenerator;

/** The fine-tuning API under {@code /v1}, in OpenAI's shape. */
public final class PublicApi {
  private static final String PATHS = "/v1/*";

  private final Authentication authentication;
  private final Limits limits;
  private final RequestLimits requests;
  private final FileHandler files;
  private final UploadHandler uploads;
  private final JobHandler jobs;
  private final ModelHandler models;
  private final GraderHandler graders;
  private final PermissionHandler permissions;
  private final WebhookHandler webhooks;
  private final SafetyHandler safety;

  /**
   * What the API needs.
   *
   * @param random chooses the seeds of jobs whose customers choose none
   */
  public record Parts(
      Database database,
      Clock clock,
      RandomGenerator random,
      Authentication authentication,
      TenantPolicies policies,
      JobFlow flow,
      ScanOutcomes outcomes,
      FileHandler.Storage storage,
      Limits limits,
      Ledger ledger,
      Grading grading,
      WebhookHandler.Parts webhooks) {}

  public PublicApi(Parts parts) {
    Database database = parts.database();
    Clock clock = parts.clock();
    limits = parts.limits();
    requests = new RequestLimits(limits.rate(), clock);
    authentication = parts.authentication();
    Quotas quotas = new Quotas(limits.share(), clock);
    Idempotency idempotency = new Idempotency(clock);
    FileStore fileStore = new FileStore(clock);
    FileHandler.Storage storage = parts.storage();
    FileWork fileWork = new FileWork(storage.blobs(), storage.threads());
    Quarantine quarantine =
        new Quarantine(fileStore, new WorkStore(clock), new AuditStore(clock), fileWork);
    Admission admission = new Admission(limits.fileBytes(), quotas, idempotency);
    files = new FileHandler(database, clock, quarantine, storage, admission);
    uploads =
        new UploadHandler(
            new UploadHandler.Parts(database, clock, fileStore, quarantine, fileWork, admission));
    JobCreation.Parts forJobs = jobParts(parts, fileStore, quotas);
    JobCreation creation = new JobCreation(forJobs, clock, parts.random());
    jobs = new JobHandler(database, clock, forJobs, creation, idempotency);
    models = new ModelHandler(database, forJobs.bases(), forJobs.models());
    graders = new GraderHandler(parts.grading(), clock);
    permissions = new PermissionHandler(database, clock);
    webhooks = new WebhookHandler(database, parts.webhooks());
    safety = new SafetyHandler(database, forJobs.jobs(), parts.flow(), clock);
  }

  private static JobCreation.Parts jobParts(Parts parts, FileStore files, Quotas quotas) {
    Clock clock = parts.clock();
    return new JobCreation.Parts(
        new JobStore(clock),
        parts.flow(),
        files,
        new BaseModelStore(clock),
        new ReleasedModelStore(clock),
        parts.policies(),
        parts.outcomes(),
        new WorkStore(clock),
        parts.ledger(),
        quotas,
        new TrainerMethodStore(clock),
        parts.grading());
  }

  /** Adds every route; the router's contexts use virtual threads. */
  public void mount(Router router) {
    router.route(PATHS).handler(RequestBody.holdAt(limits.pace()));
    router.route(PATHS).handler(OpenAiHeaders::handle);
    router.route(PATHS).handler(authentication::handle);
    router.route(PATHS).handler(PublicApi::addOrganization);
    router.route(PATHS).handler(requests::handle);
    // Routes are tried in this order, and most requests ask how a job stands.
    jobs.mount(router);
    files.mount(router);
    uploads.mount(router);
    models.mount(router);
    graders.mount(router);
    permissions.mount(router);
    webhooks.mount(router);
    safety.mount(router);
  }

  private static void addOrganization(RoutingContext context) {
    Authentication.caller(context)
        .ifPresent(caller -> context.response().putHeader("openai-organization", caller.holder()));
    context.next();
  }
}
