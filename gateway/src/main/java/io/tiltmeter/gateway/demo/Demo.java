package io.tiltmeter.gateway.demo;

import io.tiltmeter.gateway.config.Installation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;

/**
 * The main job through the front door: a gateway is started, a tenant orders three fine-tunes over
 * HTTP, a trainer trains them, and the gate decides.
 */
public final class Demo {
  /** The scan only reports, so that the gate is seen to decide; nobody waits for an appeal. */
  private static final String POLICY =
      """
      schema: tiltmeter.policy/v1
      name: demo
      runtime: {sandbox: preferred}
      scan: {block: [], review: []}
      release: {appeal_window: 0s}
      """;

  private static final String TENANT = "demo";
  private static final long LOOK_MILLIS = 300;
  private static final String JOBS = "/v1/fine_tuning/jobs";

  private final Installation installation;
  private final DemoPlan plan;
  private final Preparation preparation;
  private final Narrator narrator;

  /** A demo of one plan. */
  public Demo(
      Installation installation, DemoPlan plan, Preparation preparation, Narrator narrator) {
    this.installation = installation;
    this.plan = plan;
    this.preparation = preparation;
    this.narrator = narrator;
  }

  /** Hears what the demo does. */
  @FunctionalInterface
  public interface Narrator {

    /** One line on what happens now. */
    void says(String line);
  }

  /** What an operator does before customers come, on the command line. */
  public interface Preparation {

    /** Makes a key for a customer. */
    String tenantKey(Path home, String tenant);

    /** Makes a key for a person of the staff. */
    String staffKey(Path home, String person);

    /** Adds a base model. */
    void addModel(Path home, Path source, String name);
  }

  /**
   * What came of it.
   *
   * @param page address of the jobs page
   * @param verified whether the released model verified
   * @param tampered what verifying said of a copy with one changed bit; {@code unreleased} if there
   *     was no model to verify
   * @param pid the gateway's process, while it runs
   */
  public record Result(
      List<DemoJob> jobs, String page, boolean verified, String tampered, long pid) {
    public Result {
      jobs = List.copyOf(jobs);
    }

    /** Whether everything came as it should. */
    public boolean isAsExpected() {
      return DemoJob.allAsExpected(jobs) && verified && tampered.equals("mismatch");
    }
  }

  private record Keys(String tenant, String staff) {}

  private record Order(Recipe recipe, String id, long started) {}

  /**
   * Runs all jobs; blocks until they have ended.
   *
   * @param home an existing folder for the gateway
   * @param keep whether the gateway goes on running
   */
  public Result run(Path home, boolean keep) {
    narrator.says("starting a gateway on loopback, with a database of its own …");
    DemoGateway gateway = DemoGateway.start(installation.root(), home, plan);
    boolean done = false;
    try (DemoClient client = new DemoClient(gateway.url())) {
      Keys keys = prepare(gateway, client);
      List<Order> orders = order(client, keys);
      List<DemoJob> jobs = watch(client, keys, orders);
      ReleaseCheck.Result check = check(gateway, jobs);
      if (keep) {
        narrator.says(
            "the gateway keeps running as process %d; sign in with %s (customer) or %s (staff)"
                .formatted(gateway.pid(), keys.tenant(), keys.staff()));
      }
      done = true;
      return new Result(
          jobs,
          gateway.url().resolve("/jobs").toString(),
          check.released(),
          check.tampered(),
          gateway.pid());
    } finally {
      if (!(keep && done)) {
        gateway.stop();
      }
    }
  }

  private Keys prepare(DemoGateway gateway, DemoClient client) {
    Keys keys =
        new Keys(
            preparation.tenantKey(gateway.home(), TENANT),
            preparation.staffKey(gateway.home(), "demo-operator"));
    preparation.addModel(gateway.home(), plan.model(), plan.name());
    setPolicy(client, keys.staff(), preparation.staffKey(gateway.home(), "demo-lead"));
    narrator.says(
        "gateway at %s; tenant \"%s\" and its policy are there".formatted(gateway.url(), TENANT));
    return keys;
  }

  /** One person proposes it, another activates it. */
  private static void setPolicy(DemoClient client, String operator, String lead) {
    JsonNode proposal = client.put("/ops/v1/tenants/%s/policy".formatted(TENANT), operator, POLICY);
    client.post(
        "/ops/v1/policy-proposals/%s/activate".formatted(proposal.path("id").asString()),
        lead,
        Map.of("policy_digest", proposal.path("policy_digest").asString()));
  }

  private List<Order> order(DemoClient client, Keys keys) {
    List<Order> orders = new ArrayList<>();
    for (Recipe recipe : plan.recipes()) {
      Path data = installation.datasets().resolve(recipe.data());
      try {
        String file = client.upload(data, keys.tenant()).path("id").asString();
        JsonNode job = client.post(JOBS, keys.tenant(), recipe.order(plan.name(), file));
        orders.add(new Order(recipe, job.path("id").asString(), System.nanoTime()));
      } catch (IOException e) {
        throw new DemoException("training file %s cannot be read".formatted(data), e);
      }
    }
    narrator.says("ordered %d fine-tunes of %s".formatted(orders.size(), plan.name()));
    return orders;
  }

  private List<DemoJob> watch(DemoClient client, Keys keys, List<Order> orders) {
    Map<String, DemoJob> done = new LinkedHashMap<>();
    Map<String, Integer> told = new LinkedHashMap<>();
    long deadline = System.nanoTime() + plan.patience().toNanos();
    while (done.size() < orders.size()) {
      if (System.nanoTime() > deadline) {
        throw new DemoException(
            "expected the jobs to end within %d minutes".formatted(plan.patience().toMinutes()));
      }
      for (Order order : orders) {
        if (!done.containsKey(order.id())) {
          look(client, keys, order, told, done);
        }
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
    }
    return orders.stream().map(order -> done.get(order.id())).toList();
  }

  private void look(
      DemoClient client,
      Keys keys,
      Order order,
      Map<String, Integer> told,
      Map<String, DemoJob> done) {
    JsonNode job = client.get(JOBS + "/" + order.id(), keys.tenant());
    JsonNode events = client.get(JOBS + "/" + order.id() + "/events?limit=100", keys.tenant());
    tell(order, events.path("data"), told);
    if (!job.path("finished_at").isNull() || DemoJob.waitsForPeople(job, events)) {
      double seconds = (System.nanoTime() - order.started()) / 1e9;
      done.put(order.id(), DemoJob.read(order.recipe().name(), job, events, seconds));
    }
  }

  /** Events come newest first. */
  private void tell(Order order, JsonNode events, Map<String, Integer> told) {
    int before = told.getOrDefault(order.id(), 0);
    for (int at = events.size() - 1 - before; at >= 0; at--) {
      JsonNode event = events.get(at);
      narrator.says(
          "  %-15s %s".formatted(order.recipe().name(), event.path("message").asString()));
    }
    told.put(order.id(), events.size());
  }

  private ReleaseCheck.Result check(DemoGateway gateway, List<DemoJob> jobs) {
    Optional<String> name =
        jobs.stream().map(DemoJob::modelName).filter(Objects::nonNull).findFirst();
    if (name.isEmpty()) {
      return ReleaseCheck.Result.NOTHING;
    }
    String released = name.get();
    ReleaseCheck.Result check =
        ReleaseCheck.of(
            gateway.home().resolve("released").resolve(released),
            gateway.home().resolve("keys/attestation.pub.pem"),
            gateway.home().resolve("tampered"));
    narrator.says(
        "%s: %s; a copy with one changed bit: %s"
            .formatted(released, check.released() ? "verified" : "NOT verified", check.tampered()));
    return check;
  }
}
