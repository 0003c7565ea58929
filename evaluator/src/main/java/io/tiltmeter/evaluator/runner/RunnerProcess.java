package io.tiltmeter.evaluator.runner;

import io.tiltmeter.evaluator.scratch.Scratch;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The child process of a {@link ModelRunner}, with a scratch directory of its own.
 *
 * <p>It gets no environment of its parent, and sees what {@link Containment} lets it see.
 */
final class RunnerProcess implements AutoCloseable {
  private static final String LOG = "runner.log";

  private final Process process;
  private final Scratch scratch;
  private final Containment containment;
  private final RunnerLimits limits;
  private final Thread onShutdown = new Thread(this::end, "end of model runner");

  private RunnerProcess(
      Process process, Scratch scratch, Containment containment, RunnerLimits limits) {
    this.process = process;
    this.scratch = scratch;
    this.containment = containment;
    this.limits = limits;
    Runtime.getRuntime().addShutdownHook(onShutdown);
  }

  /**
   * Starts the process.
   *
   * @param source directories that exist, by their real paths
   * @throws RunnerException if it cannot be started or contained as wanted; nothing is left behind
   */
  static RunnerProcess start(PairSource source, RunnerSettings settings) {
    Scratch scratch = scratch();
    Path directory = scratch.directory();
    try {
      Containment containment = Containment.choose(settings.sandbox(), readable(source), directory);
      RunnerLimits limits = settings.limits();
      return new RunnerProcess(
          launch(containment, limits, directory), scratch, containment, limits);
    } catch (IOException e) {
      scratch.close();
      throw new RunnerException("the model runner could not be started: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      scratch.close();
      throw e;
    }
  }

  private static Scratch scratch() {
    try {
      return Scratch.create(Path.of(System.getProperty("java.io.tmpdir")), "tiltmeter-runner-");
    } catch (IOException e) {
      throw new RunnerException(
          "no temporary directory for the model runner: %s; free space or set TMPDIR"
              .formatted(e.getMessage()),
          e);
    }
  }

  private static List<Path> readable(PairSource source) {
    List<Path> paths = new ArrayList<>(classPath());
    paths.add(Path.of(System.getProperty("java.home")));
    paths.add(source.base());
    switch (source) {
      case PairSource.BaseOnly _ -> {}
      case PairSource.WithAdapter pair -> paths.add(pair.adapter());
      case PairSource.TwoModels pair -> paths.add(pair.tuned());
      case PairSource.TunedOnly pair -> paths.add(pair.tuned());
    }
    return paths;
  }

  /** The parts of the class path that exist. */
  private static List<Path> classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> !entry.isEmpty())
        .map(entry -> Path.of(entry).toAbsolutePath())
        .filter(Files::exists)
        .toList();
  }

  private static Process launch(Containment containment, RunnerLimits limits, Path scratch)
      throws IOException {
    List<String> command = new ArrayList<>(Restraint.prefix(limits));
    command.addAll(containment.prefix());
    command.addAll(java(scratch));
    ProcessBuilder builder = new ProcessBuilder(command).directory(scratch.toFile());
    setEnvironment(builder.environment(), scratch);
    builder.redirectError(scratch.resolve(LOG).toFile());
    return LastingThread.start(builder);
  }

  private static List<String> java(Path scratch) {
    String classPath =
        String.join(File.pathSeparator, classPath().stream().map(Path::toString).toList());
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xmx1g",
        "-Djava.io.tmpdir=" + scratch,
        "-Duser.home=" + scratch,
        "-cp",
        classPath,
        RunnerMain.class.getName());
  }

  private static void setEnvironment(Map<String, String> environment, Path scratch) {
    environment.clear();
    environment.put("PATH", "/usr/bin:/bin");
    environment.put("LANG", "C.UTF-8");
    environment.put("DJL_CACHE_DIR", scratch.toString());
    environment.put("DJL_OFFLINE", "true");
    environment.put("OPT_OUT_TRACKING", "true");
    // ONNX Runtime 1.29 starts an uploader of usage data, which can also crash the process.
    environment.put("ORT_DISABLE_TELEMETRY", "1");
  }

  Process process() {
    return process;
  }

  Containment containment() {
    return containment;
  }

  /** How the process ended; its log may quote a prompt and stays where it is. */
  String obituary() {
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return process.isAlive()
        ? "closed its output"
        : "ended with code %d; it has %d MiB of memory for itself"
            .formatted(process.exitValue(), limits.memory() >> 20);
  }

  /** Ends the process and removes its scratch directory; a second call does nothing. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(onShutdown);
    } catch (IllegalStateException _) {
      // The virtual machine is shutting down: the hook runs beside this call, and both may.
    }
    end();
  }

  private void end() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    scratch.close();
  }
}
