package io.tiltmeter.journeys.site;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** {@code tiltmeter serve} as a process, which can be ended hard or gently and started again. */
public final class GatewayProcess implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;
  private static final int TAIL = 40;

  private final List<String> command;
  private final Path home;
  private Process process;
  private URI url = URI.create("http://unknown");
  private URI managementUrl = url;

  private GatewayProcess(List<String> command, Path home) throws IOException {
    this.command = command;
    this.home = home;
    Files.createDirectories(temporary());
    process = launch();
  }

  /**
   * Starts one and waits until it is ready.
   *
   * @param prefix of the command line, empty for none
   */
  public static GatewayProcess start(
      Distribution distribution, List<String> prefix, Path home, Path config) {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        distribution.command(
            List.of("-Djava.io.tmpdir=" + temporary(home)),
            "serve",
            "--home",
            home.toString(),
            "--port",
            "0",
            "--config",
            config.toString(),
            "--roles",
            "api,scan,evaluate,train"));
    try {
      return new GatewayProcess(command, home).awaitReady();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process launch() throws IOException {
    return new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.appendTo(log().toFile()))
        .start();
  }

  private GatewayProcess awaitReady() throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    // Its end closes the pipe, so a gateway that stays silent cannot hold up what waits for it.
    CompletableFuture<Void> patience =
        CompletableFuture.runAsync(
            process::destroyForcibly,
            CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS));
    String line = out.readLine();
    patience.cancel(false);
    if (line == null) {
      throw new AssertionError("expected a gateway to start, it said:\n" + tail());
    }
    JsonNode ready = Reply.JSON.readTree(line);
    url = URI.create(ready.path("url").asString());
    managementUrl = URI.create(ready.path("management_url").asString());
    return this;
  }

  /** Starts it again on its home, after its end. */
  public void restart() {
    try {
      process = launch();
      awaitReady();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it as a power cut would: SIGKILL, for the process and no other. */
  public void kill() {
    Ran.of(List.of("kill", "-KILL", Long.toString(pid())), new byte[0]);
    awaitEnd();
  }

  /** Asks it to end: SIGTERM; its exit code. */
  public int terminate() {
    askToEnd();
    return awaitEnd();
  }

  /** Sends SIGTERM. */
  public void askToEnd() {
    Ran.of(List.of("kill", "-TERM", Long.toString(pid())), new byte[0]);
  }

  /** Waits for its end; its exit code. */
  public int awaitEnd() {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("expected the gateway to end, it said:\n" + tail());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  public URI url() {
    return url;
  }

  public URI managementUrl() {
    return managementUrl;
  }

  public Path home() {
    return home;
  }

  /** A part of its home with the file systems that are mounted for it (proc_pid_root(5)). */
  public Path asItSees(String part) {
    return Path.of("/proc/%d/root%s".formatted(pid(), home.toAbsolutePath())).resolve(part);
  }

  /** Where its temporary files are, and nobody else's. */
  public Path temporary() {
    return temporary(home);
  }

  private static Path temporary(Path home) {
    return home.resolveSibling(home.getFileName() + ".tmp");
  }

  /** Its child processes and theirs. */
  public List<ProcessHandle> descendants() {
    return process.descendants().toList();
  }

  /** Everything that it said on standard error. */
  public Path log() {
    return home.resolveSibling(home.getFileName() + ".log");
  }

  public String tail() {
    try {
      List<String> lines = new ArrayList<>(Files.readAllLines(log()));
      return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
    } catch (IOException e) {
      return "(no log: %s)".formatted(e);
    }
  }

  /** Processes of PostgreSQL that work in this home, their first ones only. */
  public List<ProcessHandle> postmasters() {
    return postmasters(home);
  }

  /** The same for a home of which no gateway may be running. */
  public static List<ProcessHandle> postmasters(Path home) {
    String data = home.toAbsolutePath().toString();
    return ProcessHandle.allProcesses().filter(handle -> isPostmaster(handle, data)).toList();
  }

  private static boolean isPostmaster(ProcessHandle handle, String data) {
    try {
      String words = Files.readString(Path.of("/proc", Long.toString(handle.pid()), "cmdline"));
      String program = words.split("\0", 2)[0];
      return program.endsWith("/postgres") && words.contains(data);
    } catch (IOException _) {
      return false;
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      terminate();
    }
  }
}
