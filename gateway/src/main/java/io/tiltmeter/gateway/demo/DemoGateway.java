package io.tiltmeter.gateway.demo;

import io.tiltmeter.gateway.http.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A gateway of the demo's own: {@code tiltmeter serve} as a process, on loopback, with a home that
 * is its own too.
 */
final class DemoGateway {
  private static final int PATIENCE_SECONDS = 20;

  private final Process process;
  private final URI url;
  private final Path home;

  private DemoGateway(Process process, URI url, Path home) {
    this.process = process;
    this.url = url;
    this.home = home;
  }

  /**
   * Starts a gateway and waits until it is ready.
   *
   * @throws DemoException if it ends instead; its log tells why
   */
  static DemoGateway start(Path root, Path home, DemoPlan plan) {
    Path log = home.resolve("gateway.log");
    try {
      Path config = Files.writeString(home.resolve("demo.yaml"), config(plan));
      ProcessBuilder builder = new ProcessBuilder(command(root, home, config));
      builder.redirectError(log.toFile());
      Process process = builder.start();
      return new DemoGateway(process, ready(process, log), home);
    } catch (IOException e) {
      throw new DemoException("the gateway could not be started: " + e.getMessage(), e);
    }
  }

  private static String config(DemoPlan plan) {
    Path pack = plan.pack();
    return """
    schema: tiltmeter.config/v1
    evaluation: {max_tokens: %d, packs: {%s}, checkpoints: {per_job: 0}}
    work: {lease: 30s, trainer_lease: 30s, poll: 1s}
    """
        .formatted(
            plan.maxTokens(),
            pack == null ? "" : plan.name() + ": " + Json.text(pack.toAbsolutePath().toString()));
  }

  private static List<String> command(Path root, Path home, Path config) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Dtiltmeter.root=" + root,
        "-cp",
        System.getProperty("java.class.path"),
        "io.tiltmeter.gateway.app.Main",
        "serve",
        "--home",
        home.toString(),
        "--port",
        "0",
        "--config",
        config.toString(),
        "--roles",
        "api,scan,evaluate,train");
  }

  private static URI ready(Process process, Path log) throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    if (line == null) {
      throw new DemoException("the gateway ended before it was ready; see " + log);
    }
    try {
      JsonNode event = Json.own(line);
      return URI.create(event.path("url").asString());
    } catch (JacksonException e) {
      throw new DemoException("the gateway said something that is no event; see " + log, e);
    }
  }

  URI url() {
    return url;
  }

  Path home() {
    return home;
  }

  long pid() {
    return process.pid();
  }

  /** Ends it in order. */
  void stop() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
