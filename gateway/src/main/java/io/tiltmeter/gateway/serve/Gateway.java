package io.tiltmeter.gateway.serve;

import io.tiltmeter.dashboards.asset.Assets;
import io.tiltmeter.dashboards.page.Pages;
import io.tiltmeter.gateway.api.PublicApi;
import io.tiltmeter.gateway.config.GatewayConfig;
import io.tiltmeter.gateway.config.Home;
import io.tiltmeter.gateway.config.Installation;
import io.tiltmeter.gateway.db.Notifications.Channel;
import io.tiltmeter.gateway.file.FileHandler;
import io.tiltmeter.gateway.file.FileStore;
import io.tiltmeter.gateway.http.Failures;
import io.tiltmeter.gateway.idempotency.Idempotency;
import io.tiltmeter.gateway.job.JobAcceptance;
import io.tiltmeter.gateway.model.ReleasedModelStore;
import io.tiltmeter.gateway.openapi.OpenApi;
import io.tiltmeter.gateway.ops.OpsApi;
import io.tiltmeter.gateway.page.PageSite;
import io.tiltmeter.gateway.reference.ReferenceTrainer;
import io.tiltmeter.gateway.review.Appeals;
import io.tiltmeter.gateway.scan.DatasetCases;
import io.tiltmeter.gateway.tenant.PolicyProposals;
import io.tiltmeter.gateway.trainer.TrainerApi;
import io.tiltmeter.gateway.webhook.DeliveryLog;
import io.tiltmeter.gateway.webhook.Resolver;
import io.tiltmeter.gateway.webhook.WebhookHandler;
import io.tiltmeter.gateway.webhook.WebhookSender;
import io.tiltmeter.gateway.work.Task;
import io.tiltmeter.gateway.work.Worker;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running gateway process, with the roles that were asked for. */
public final class Gateway implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

  /** Enough that one request's file work holds up few others. */
  private static final int HTTP_INSTANCES = 8;

  private static final Duration SAMPLE_PAUSE = Duration.ofSeconds(5);
  private static final Duration PLAN_PAUSE = Duration.ofMinutes(1);
  private static final int FILE_THREADS = 8;
  private static final Duration SWEEP_PAUSE = Duration.ofHours(6);
  private static final Duration EXPIRY_PAUSE = Duration.ofMinutes(1);
  private static final int START_SECONDS = 60;
  private static final int WEBHOOK_WORKERS = 4;
  private static final String LOOPBACK = "127.0.0.1";

  private final GatewayConfig config;
  private final Foundation foundation;
  private final Assembly assembly;
  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final List<Worker> workers = new ArrayList<>();
  private final Clock clock;
  private URI url = URI.create("http://unknown");
  private URI managementUrl = url;

  private Gateway(GatewayConfig config, Home home, Clock clock) {
    this.config = config;
    this.clock = clock;
    foundation = Foundation.open(config, home);
    try {
      assembly = new Assembly(foundation.database(), config, home, clock);
    } catch (RuntimeException e) {
      foundation.close();
      throw e;
    }
  }

  /**
   * Starts everything; blocks until it works.
   *
   * @throws RuntimeException if a part cannot be started; nothing is left running
   */
  public static Gateway start(
      GatewayConfig config, Home home, Set<Role> roles, Installation installation, Clock clock) {
    Gateway gateway = new Gateway(config, home, clock);
    try {
      gateway.start(roles, installation);
      return gateway;
    } catch (RuntimeException e) {
      gateway.close();
      throw e;
    }
  }

  private void start(Set<Role> roles, Installation installation) {
    sweep();
    if (roles.contains(Role.SCAN)) {
      work("scan", assembly.scanning());
      // Of their own: no upload waits until a model has graded.
      work("graders", assembly.tryingGraders());
      rescan();
    }
    if (roles.contains(Role.EVALUATE)) {
      work("artifacts", assembly.handling());
      work("evaluate", assembly.evaluating());
      // Of their own: no result waits until a checkpoint is judged.
      work("screen", assembly.screening());
    }
    foundation.notifications().on(Channel.WORK, _ -> workers.forEach(Worker::wake));
    measure();
    Management management =
        new Management(
            assembly.meters,
            foundation.database(),
            () -> workers.stream().allMatch(Worker::isRunning));
    managementUrl = listen(config.server().managementPort(), 1, management::mount);
    if (roles.contains(Role.API)) {
      WebhookSender sender =
          new WebhookSender(foundation.vertx(), config.webhooks(), Resolver.SYSTEM, clock);
      deliver(sender);
      PageSite pages = pages();
      url = listen(config.server().port(), HTTP_INSTANCES, publicRoutes(pages, sender));
      // Servers wait for running requests, and an open stream runs until it is ended.
      running.push(pages);
    }
    if (roles.contains(Role.TRAIN)) {
      train(installation);
    }
  }

  private void sweep() {
    assembly.vetting().sweep();
    running.push(Repeating.start("orphans", SWEEP_PAUSE, assembly.orphans()::run));
    running.push(Repeating.start("expiry", EXPIRY_PAUSE, assembly.expired()::run));
    running.push(Repeating.start("overdue uploads", EXPIRY_PAUSE, assembly.overdue()::run));
    running.push(
        Repeating.start(
            "kept answers",
            SWEEP_PAUSE,
            () -> new Idempotency(clock).sweep(foundation.database())));
  }

  /** A worker of its own: no upload waits until a past file is read. */
  private void rescan() {
    if (assembly.rescans.isOn()) {
      work("rescan", assembly.rescanning());
      running.push(
          Repeating.start(
              "rescans", PLAN_PAUSE, () -> assembly.rescans.next(foundation.database())));
    }
  }

  /** Several workers, as each waits for a customer's server. */
  private void deliver(WebhookSender sender) {
    for (int number = 1; number <= WEBHOOK_WORKERS; number++) {
      work("webhooks " + number, assembly.delivering(sender));
    }
    DeliveryLog log = new DeliveryLog(foundation.database(), clock);
    running.push(Repeating.start("webhook log", SWEEP_PAUSE, log::forget));
  }

  private void work(String name, List<Task> tasks) {
    GatewayConfig.Work work = config.work();
    Worker worker =
        Worker.start(
            foundation.database(),
            assembly.stores.work(),
            tasks,
            new Worker.Settings(
                "%s@%d".formatted(name, ProcessHandle.current().pid()),
                work.lease(),
                work.poll(),
                work.attempts()),
            assembly.counting);
    running.push(worker);
    workers.add(worker);
  }

  private void measure() {
    Sampling sampling =
        new Sampling(foundation.database(), assembly.stores, assembly.rescans.versions());
    sampling.mount(assembly.meters);
    running.push(Repeating.start("sampling", SAMPLE_PAUSE, sampling::take));
  }

  private Consumer<Router> publicRoutes(PageSite pages, WebhookSender sender) {
    WorkerExecutor files = foundation.vertx().createSharedWorkerExecutor("files", FILE_THREADS);
    PublicApi api = publicApi(files, sender);
    OpsApi ops = opsApi();
    TrainerApi trainers = trainers(files);
    RequestMeter requests = new RequestMeter(assembly.meters);
    return router -> {
      router.route().handler(requests::handle);
      // Routes are tried in this order, so what is asked for most often comes first.
      api.mount(router);
      trainers.mount(router);
      ops.mount(router);
      OpenApi.SHIPPED.mount(router);
      pages.mount(router);
      Failures.mount(router);
    };
  }

  private PublicApi publicApi(WorkerExecutor files, WebhookSender sender) {
    return new PublicApi(
        new PublicApi.Parts(
            foundation.database(),
            clock,
            new SecureRandom(),
            assembly.authentication,
            assembly.policies,
            assembly.flow,
            assembly.datasetGate,
            new FileHandler.Storage(assembly.blobs, files),
            config.limits(),
            assembly.ledger,
            assembly.grading,
            new WebhookHandler.Parts(assembly.webhookSecrets, sender, config.webhooks(), clock)));
  }

  private OpsApi opsApi() {
    return new OpsApi(
        foundation.database(),
        new OpsApi.Parts(
            assembly.authentication,
            assembly.stores.cases(),
            assembly.review,
            assembly.policies,
            proposals(),
            assembly.stores.audit(),
            assembly.ledger,
            assembly.stores.datasetCases(),
            assembly.rescans));
  }

  private PolicyProposals proposals() {
    return new PolicyProposals(
        foundation.database(), assembly.policies, assembly.stores.audit(), clock);
  }

  private PageSite pages() {
    Assets assets = Assets.load();
    Stores stores = assembly.stores;
    return new PageSite(
        new PageSite.Parts(
            foundation.database(),
            foundation.notifications(),
            clock,
            assets,
            new Pages(assets),
            stores.keys(),
            stores.audit(),
            assembly.blobs,
            assembly.packs,
            acts(stores),
            new PageSite.Stores(
                stores.events(),
                stores.cases(),
                stores.datasetCases(),
                stores.checkpoints(),
                stores.evaluations(),
                stores.scans(),
                new FileStore(clock),
                assembly.policies,
                stores.bases(),
                new ReleasedModelStore(clock))));
  }

  private PageSite.Acts acts(Stores stores) {
    return new PageSite.Acts(
        assembly.review,
        new DatasetCases(foundation.database(), stores.datasetCases(), stores.audit()),
        new Appeals(stores.jobs(), assembly.flow, stores.cases(), stores.events(), stores.audit()),
        new JobAcceptance(stores.jobs(), assembly.flow, clock),
        proposals());
  }

  private TrainerApi trainers(WorkerExecutor files) {
    TrainerApi trainers =
        new TrainerApi(
            new TrainerApi.Parts(
                foundation.database(),
                clock,
                assembly.authentication,
                assembly.flow,
                assembly.models,
                assembly.blobs,
                assembly.uploads,
                files,
                assembly.signingKey,
                () -> assembly.meters.leaseLost("train"),
                assembly.counting::ended),
            TrainerApi.Settings.of(
                config.work().trainerLease(),
                config.work().attempts(),
                config.evaluation().checkpoints().perJob()));
    running.push(Repeating.start("trainer leases", config.work().poll(), trainers::sweep));
    return trainers;
  }

  /** Listens with several instances on one port. */
  private URI listen(int port, int instances, Consumer<Router> routes) {
    // Instances share a server only under one number, so that a free port is found beforehand.
    int chosen = port == 0 ? freePort() : port;
    for (int instance = 0; instance < instances; instance++) {
      deploy(chosen, routes);
    }
    return URI.create("http://%s:%d".formatted(config.server().host(), chosen));
  }

  private int freePort() {
    try (ServerSocket probe =
        new ServerSocket(0, 1, InetAddress.getByName(config.server().host()))) {
      return probe.getLocalPort();
    } catch (IOException e) {
      throw new PortException(config.server().host(), 0, e);
    }
  }

  private void deploy(int port, Consumer<Router> routes) {
    HttpVerticle verticle = new HttpVerticle(config.server().host(), port, routes);
    DeploymentOptions options =
        new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD);
    try {
      String id =
          foundation
              .vertx()
              .deployVerticle(verticle, options)
              .await(START_SECONDS, TimeUnit.SECONDS);
      running.push(() -> foundation.vertx().undeploy(id).await(START_SECONDS, TimeUnit.SECONDS));
    } catch (Exception e) {
      throw new PortException(config.server().host(), port, e);
    }
  }

  private void train(Installation installation) {
    String key = TrainerKey.of(foundation.database(), assembly.stores.keys(), assembly.home.keys());
    URI loopback = URI.create("http://%s:%d".formatted(LOOPBACK, url.getPort()));
    ReferenceTrainer.Place place =
        new ReferenceTrainer.Place(
            loopback,
            assembly.home.keys().resolve("attestation.pub.pem"),
            assembly.home.root().resolve("trainer"));
    running.push(ReferenceTrainer.start(installation, place, key));
  }

  /** Where the public API and the pages are. */
  public URI url() {
    return url;
  }

  /** Where metrics and health are. */
  public URI managementUrl() {
    return managementUrl;
  }

  /** Stops in order: no new requests, running ones end, work in hand is given back. */
  @Override
  public void close() {
    LOG.info("stopping");
    while (!running.isEmpty()) {
      AutoCloseable part = running.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("{} did not stop in order", part.getClass().getSimpleName());
      }
    }
    assembly.close();
    foundation.close();
    LOG.info("stopped");
  }
}
