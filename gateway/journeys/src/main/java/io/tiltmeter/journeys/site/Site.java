package io.tiltmeter.journeys.site;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A gateway of a test's own, with the tiny base in it. */
public final class Site implements AutoCloseable {
  /** The name under which customers tune the tiny base. */
  public static final String BASE = "tiny-base";

  /** A policy whose scan only reports, so that jobs reach the gate. */
  public static final String REPORTING =
      """
      schema: tiltmeter.policy/v1
      name: reporting
      runtime: {sandbox: preferred}
      scan: {block: [], review: []}
      release: {appeal_window: %s}
      """;

  private static final int CHECKPOINTS = 30;

  private final Distribution distribution;
  private final GatewayProcess gateway;

  private Site(Distribution distribution, GatewayProcess gateway) {
    this.distribution = distribution;
    this.gateway = gateway;
  }

  /** Starts one that asks every probe of the tiny pack. */
  public static Site thorough(Distribution distribution, Path folder) {
    return start(distribution, List.of(), folder, new Asking(false, 0));
  }

  /** The same, and checkpoints are judged while trainings go on. */
  public static Site watching(Distribution distribution, Path folder) {
    return start(distribution, List.of(), folder, new Asking(false, CHECKPOINTS));
  }

  /** Starts one that asks few probes. */
  public static Site quick(Distribution distribution, Path folder) {
    return start(distribution, List.of(), folder, new Asking(true, 0));
  }

  /** The same with a heap of 256 MiB. */
  public static Site small(Distribution distribution, Path folder) {
    return start(
        distribution, List.of("env", "JDK_JAVA_OPTIONS=-Xmx256m"), folder, new Asking(true, 0));
  }

  /**
   * How much models are asked.
   *
   * @param quick whether few probes are put
   * @param checkpoints how many of a training are wanted
   */
  private record Asking(boolean quick, int checkpoints) {}

  /** The same, with its training files on a disk of this size, which root alone can have. */
  public static Site cramped(Distribution distribution, Path folder, int mebibytes) {
    Path blobs = folder.resolve("home/blobs");
    String mount =
        "mkdir -p '%1$s' && mount -t tmpfs -o size=%2$dm tmpfs '%1$s' && exec \"$@\""
            .formatted(blobs, mebibytes);
    return start(
        distribution,
        List.of("unshare", "--mount", "sh", "-c", mount, "sh"),
        folder,
        new Asking(true, 0));
  }

  private static Site start(
      Distribution distribution, List<String> prefix, Path folder, Asking asking) {
    try {
      Path config = configure(distribution, folder, asking);
      Site site =
          new Site(
              distribution,
              GatewayProcess.start(distribution, prefix, folder.resolve("home"), config));
      site.run(
          "model",
          "add",
          distribution.tinyBase().toString(),
          "--name",
          BASE,
          "--home",
          site.home());
      return site;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path configure(Distribution distribution, Path folder, Asking asking)
      throws IOException {
    // The shipped policy, but for a sandbox that cannot be had on every machine.
    String policy =
        Files.readString(distribution.root().resolve("fixtures/policies/default.yaml"))
            .replace("{sandbox: required}", "{sandbox: preferred}");
    Files.writeString(folder.resolve("policy.yaml"), policy);
    String packs =
        asking.quick()
            ? ", packs: {%s: %s}".formatted(BASE, QuickPack.write(distribution, folder))
            : "";
    return Files.writeString(
        folder.resolve("gateway.yaml"),
        """
        schema: tiltmeter.config/v1
        policy: policy.yaml
        evaluation: {max_tokens: 32%s, checkpoints: {per_job: %d, behaviours: 12}}
        work: {lease: 3s, trainer_lease: 5s, poll: 1s}
        """
            .formatted(packs, asking.checkpoints()));
  }

  private String home() {
    return gateway.home().toString();
  }

  public Distribution distribution() {
    return distribution;
  }

  public GatewayProcess gateway() {
    return gateway;
  }

  /** Runs a command of the product that has to work. */
  public Ran run(String... words) {
    Ran ran = Ran.product(distribution, words);
    if (ran.code() != 0) {
      throw new AssertionError("expected %s to work: %s".formatted(words[0], ran.err()));
    }
    return ran;
  }

  /** A customer under the policy of the house. */
  public Caller tenant(String name) {
    return caller("--tenant", name);
  }

  /** A customer whose scan only reports; blocked jobs wait for an appeal as long as this. */
  public Caller reportingTenant(String name, String appealWindow) {
    Caller tenant = tenant(name);
    JsonNode proposal =
        staff("operator")
            .put("/ops/v1/tenants/%s/policy".formatted(name), REPORTING.formatted(appealWindow))
            .json();
    staff("lead")
        .post(
            "/ops/v1/policy-proposals/%s/activate".formatted(proposal.path("id").asString()),
            Map.of("policy_digest", proposal.path("policy_digest").asString()))
        .ok();
    return tenant;
  }

  /** A key of a person of the staff. */
  public Caller staff(String person) {
    return caller("--staff", person);
  }

  private Caller caller(String kind, String name) {
    String out = run("keys", "create", kind, name, "--home", home(), "--json").out();
    return new Caller(gateway, Reply.JSON.readTree(out).path("key").asString());
  }

  @Override
  public void close() {
    gateway.close();
  }
}
