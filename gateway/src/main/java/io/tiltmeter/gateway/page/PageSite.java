package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.asset.Assets;
import io.tiltmeter.dashboards.page.Pages;
import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.gateway.blob.BlobStore;
import io.tiltmeter.gateway.checkpoint.CheckpointStore;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.Notifications;
import io.tiltmeter.gateway.evaluation.EvaluationStore;
import io.tiltmeter.gateway.evaluation.Packs;
import io.tiltmeter.gateway.file.FileStore;
import io.tiltmeter.gateway.http.RequestBody;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.job.EventStore;
import io.tiltmeter.gateway.job.JobAcceptance;
import io.tiltmeter.gateway.key.KeyStore;
import io.tiltmeter.gateway.model.BaseModelStore;
import io.tiltmeter.gateway.model.ReleasedModelStore;
import io.tiltmeter.gateway.openapi.OpenApi;
import io.tiltmeter.gateway.review.Appeals;
import io.tiltmeter.gateway.review.CaseStore;
import io.tiltmeter.gateway.review.Review;
import io.tiltmeter.gateway.scan.DatasetCaseStore;
import io.tiltmeter.gateway.scan.DatasetCases;
import io.tiltmeter.gateway.scan.ScanStore;
import io.tiltmeter.gateway.tenant.PolicyProposals;
import io.tiltmeter.gateway.tenant.TenantPolicies;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.List;

/**
 * The web pages; made once, and mounted on the router of every server of the process.
 *
 * <p>Its handlers block: they belong on virtual threads.
 */
public final class PageSite implements AutoCloseable {
  private static final List<String> PATHS =
      List.of(
          "/",
          "/login",
          "/logout",
          "/theme",
          "/jobs/*",
          "/cases/*",
          "/dataset-cases/*",
          "/policies/*",
          "/docs",
          "/assets/*");

  private final SignInHandler signIn;
  private final JobPages jobs;
  private final DecisionHandler decisions;
  private final CustomerForms customers;
  private final ExcerptHandler excerpts;
  private final FlipPages flips;
  private final CasePages cases;
  private final DatasetCasePages datasetCases;
  private final PolicyPages policies;
  private final ReferencePage reference;
  private final AssetHandler assetFiles;
  private final StreamHandler streams;
  private final Streams open;
  private final PageFailures failures;

  /**
   * What the pages work with.
   *
   * @param pages made with {@code assets}
   * @param acts what forms do
   */
  public record Parts(
      Database database,
      Notifications notifications,
      Clock clock,
      Assets assets,
      Pages pages,
      KeyStore keys,
      AuditStore audit,
      BlobStore blobs,
      Packs packs,
      Acts acts,
      Stores stores) {}

  /** What people do by form; whoever does the same by the API does it through these, too. */
  public record Acts(
      Review review,
      DatasetCases datasetCases,
      Appeals appeals,
      JobAcceptance acceptance,
      PolicyProposals proposals) {}

  /** Where what the pages show is kept. */
  public record Stores(
      EventStore events,
      CaseStore cases,
      DatasetCaseStore datasetCases,
      CheckpointStore checkpoints,
      EvaluationStore evaluations,
      ScanStore scans,
      FileStore files,
      TenantPolicies policies,
      BaseModelStore bases,
      ReleasedModelStore models) {}

  public PageSite(Parts parts) {
    SessionStore sessions = new SessionStore(parts.keys(), parts.clock());
    JobListStore rows = new JobListStore();
    signIn = new SignInHandler(parts, sessions, new LoginLimit(parts.clock()));
    jobs = new JobPages(parts, sessions, rows);
    decisions = new DecisionHandler(parts, jobs);
    customers = new CustomerForms(parts, jobs);
    Excerpts words = new Excerpts(parts);
    excerpts = new ExcerptHandler(words, jobs);
    flips = new FlipPages(parts, jobs);
    CaseQueueStore queue = new CaseQueueStore();
    cases = new CasePages(parts, jobs, queue);
    datasetCases = new DatasetCasePages(parts, jobs, words, new DatasetCaseViews(parts, queue));
    policies = new PolicyPages(parts, jobs);
    reference = new ReferencePage(parts.pages(), jobs, OpenApi.SHIPPED.reference());
    assetFiles = new AssetHandler(parts.assets());
    open = new Streams();
    streams = new StreamHandler(parts, sessions, rows, open);
    failures = new PageFailures(parts.pages());
    parts.notifications().on(Notifications.Channel.JOB, open::wake);
  }

  /** Adds the routes. */
  public void mount(Router router) {
    for (String path : PATHS) {
      router
          .route(path)
          .handler(PageSite::guard)
          .handler(RequestBody::hold)
          .failureHandler(failures::answer);
    }
    router.get("/").handler(context -> Visit.redirect(context, "/jobs"));
    router.get("/login").handler(signIn::page);
    router.post("/login").handler(signIn::signIn);
    router.post("/logout").handler(signIn::signOut);
    router.post("/theme").handler(signIn::theme);
    router.get("/assets/:name").handler(assetFiles::get);
    router.get("/jobs").handler(jobs::list);
    router.get("/jobs/:job").handler(jobs::page);
    router.post("/jobs/:job/excerpt").handler(excerpts::read);
    router.post("/jobs/:job/appeal").handler(customers::appeal);
    router.post("/jobs/:job/checkpoints/:checkpoint/accept").handler(customers::accept);
    router.get("/jobs/:job/flips").handler(flips::list);
    router.post("/jobs/:job/flips").handler(flips::reveal);
    router.get("/jobs/:job/attestation").handler(jobs::attestation);
    router.get("/jobs/:job/stream").handler(streams::stream);
    router.get("/cases").handler(cases::list);
    router.post("/cases/:case/decisions").handler(decisions::decide);
    router.get("/dataset-cases/:case").handler(datasetCases::page);
    router.post("/dataset-cases/:case/close").handler(datasetCases::close);
    router.post("/dataset-cases/:case/excerpt").handler(datasetCases::excerpt);
    router.get("/policies").handler(policies::list);
    router.post("/policies/:proposal/activate").handler(policies::activate);
    router.post("/policies/:proposal/withdraw").handler(policies::withdraw);
    router.get("/docs").handler(reference::show);
    PATHS.forEach(path -> router.route(path).handler(PageSite::nothing));
  }

  /** The headers that every answer carries. */
  private static void guard(RoutingContext context) {
    context
        .response()
        .putHeader("content-security-policy", Pages.CONTENT_SECURITY_POLICY)
        .putHeader("x-content-type-options", "nosniff")
        .putHeader("referrer-policy", "same-origin")
        .putHeader("cross-origin-opener-policy", "same-origin")
        .putHeader("cache-control", "no-store");
    context.next();
  }

  private static void nothing(RoutingContext context) {
    throw RequestException.notFound("page", context.normalizedPath());
  }

  /** Ends the open streams; their browsers try again, elsewhere or later. */
  @Override
  public void close() {
    open.close();
  }
}
