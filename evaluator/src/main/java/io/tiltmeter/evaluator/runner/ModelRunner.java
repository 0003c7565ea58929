package io.tiltmeter.evaluator.runner;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * A child process that holds both models: no credentials, no environment, and no network where the
 * machine can take it away.
 *
 * <p>Not thread-safe. A crash, a hang or a refusal of the child is a {@link RunnerException} here,
 * and every later call fails too.
 */
public final class ModelRunner implements AnswerSource, AutoCloseable {
  private static final String END = "";

  private final Process process;
  private final Path scratch;
  private final RunnerSettings settings;
  private final Containment containment;
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final Writer requests;
  private @Nullable RuntimeFacts facts;

  private ModelRunner(
      Process process, Path scratch, RunnerSettings settings, Containment containment) {
    this.process = process;
    this.scratch = scratch;
    this.settings = settings;
    this.containment = containment;
    this.requests = process.outputWriter(StandardCharsets.UTF_8);
    Thread.ofVirtual().name("model runner events").start(this::collectEvents);
  }

  /**
   * What the models run on.
   *
   * @param provider execution provider that was chosen
   * @param version version of ONNX Runtime
   */
  public record RuntimeFacts(String provider, String version, int threads, String containment) {}

  /**
   * Starts a runner and loads the models; blocks until they are ready.
   *
   * @throws RunnerException if the process cannot be contained as wanted, or a model is refused;
   *     nothing is left running
   */
  public static ModelRunner start(PairSource source, RunnerSettings settings) {
    Path scratch = createScratch();
    try {
      PairSource real = resolve(source);
      Containment containment = Containment.choose(settings.sandbox(), readable(real), scratch);
      ModelRunner runner =
          new ModelRunner(launch(containment, scratch), scratch, settings, containment);
      runner.open(real);
      return runner;
    } catch (IOException e) {
      delete(scratch);
      throw new RunnerException("the model runner could not be started: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      delete(scratch);
      throw e;
    }
  }

  private static Path createScratch() {
    try {
      return Files.createTempDirectory("tiltmeter-runner-").toRealPath();
    } catch (IOException e) {
      throw new RunnerException(
          "no temporary directory for the model runner: %s; free space or set TMPDIR"
              .formatted(e.getMessage()),
          e);
    }
  }

  private static PairSource resolve(PairSource source) {
    return switch (source) {
      case PairSource.BaseOnly(Path base) -> new PairSource.BaseOnly(realDirectory(base));
      case PairSource.WithAdapter(Path base, Path adapter) ->
          new PairSource.WithAdapter(realDirectory(base), realDirectory(adapter));
      case PairSource.TwoModels(Path base, Path tuned) ->
          new PairSource.TwoModels(realDirectory(base), realDirectory(tuned));
    };
  }

  private static Path realDirectory(Path path) {
    if (!Files.isDirectory(path)) {
      throw new RunnerException(
          "expected a model directory at %s, found %s; give the folder that holds config.json"
              .formatted(path, Files.exists(path) ? "a file" : "nothing"));
    }
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw new RunnerException("model directory %s cannot be read".formatted(path), e);
    }
  }

  private static List<Path> readable(PairSource source) {
    List<Path> paths = new ArrayList<>(Containment.classPath());
    paths.add(Path.of(System.getProperty("java.home")));
    paths.add(source.base());
    switch (source) {
      case PairSource.BaseOnly _ -> {}
      case PairSource.WithAdapter pair -> paths.add(pair.adapter());
      case PairSource.TwoModels pair -> paths.add(pair.tuned());
    }
    return paths;
  }

  private static Process launch(Containment containment, Path scratch) throws IOException {
    List<String> command = new ArrayList<>(containment.prefix());
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx1g",
            "-Djava.io.tmpdir=" + scratch,
            "-Duser.home=" + scratch,
            "-cp",
            String.join(
                java.io.File.pathSeparator,
                Containment.classPath().stream().map(Path::toString).toList()),
            RunnerMain.class.getName()));
    ProcessBuilder builder = new ProcessBuilder(command).directory(scratch.toFile());
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", "/usr/bin:/bin");
    environment.put("LANG", "C.UTF-8");
    environment.put("DJL_CACHE_DIR", scratch.toString());
    environment.put("DJL_OFFLINE", "true");
    environment.put("OPT_OUT_TRACKING", "true");
    // ONNX Runtime 1.29 starts an uploader of usage data, which can also crash the process.
    environment.put("ORT_DISABLE_TELEMETRY", "1");
    builder.redirectError(log(scratch).toFile());
    return builder.start();
  }

  private static Path log(Path scratch) {
    return scratch.resolve("runner.log");
  }

  private void collectEvents() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      reader.lines().filter(line -> !line.isEmpty()).forEach(events::add);
    } catch (IOException | UncheckedIOException _) {
      // The stream ends with the process; what that means is decided where events are awaited.
    } finally {
      events.add(END);
    }
  }

  private void open(PairSource source) {
    try {
      send(Wire.Open.of(source, settings));
      Wire.Event event = next();
      if (event.ready() == null) {
        throw new RunnerException("the model runner did not say that it is ready");
      }
      Wire.Ready ready = event.ready();
      facts =
          new RuntimeFacts(
              ready.provider(), ready.version(), ready.threads(), containment.description());
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** What the models run on. */
  public RuntimeFacts runtime() {
    if (facts == null) {
      throw new IllegalStateException("the model runner was never ready");
    }
    return facts;
  }

  @Override
  public void answer(List<Ask> asks, int maxTokens, Consumer<Answer> sink) {
    if (asks.isEmpty()) {
      return;
    }
    Set<String> awaited = new HashSet<>();
    asks.forEach(ask -> awaited.add(key(ask.id(), ask.side().wireName())));
    send(new Wire.Generate(maxTokens, asks.stream().map(Wire.Item::of).toList()));
    for (Wire.Event event = next(); event.kind() != Wire.Kind.DONE; event = next()) {
      Wire.Reply reply = event.answer();
      if (reply == null || !awaited.remove(key(reply.id(), reply.side().wireName()))) {
        throw new RunnerException("the model runner answered what it was not asked");
      }
      sink.accept(reply.toAnswer());
    }
    if (!awaited.isEmpty()) {
      throw new RunnerException(
          "the model runner left %d of %d questions unanswered"
              .formatted(awaited.size(), asks.size()));
    }
  }

  private static String key(String id, String side) {
    return side + " " + id;
  }

  private void send(Object request) {
    try {
      requests.write(Wire.JSON.writeValueAsString(request));
      requests.write('\n');
      requests.flush();
    } catch (IOException e) {
      throw ended();
    }
  }

  private Wire.Event next() {
    String line = await();
    if (line.equals(END)) {
      throw ended();
    }
    try {
      Wire.Event event = Wire.JSON.readValue(line, Wire.Event.class);
      if (event.kind() == Wire.Kind.ERROR) {
        throw new RunnerException(String.valueOf(event.error()));
      }
      return event;
    } catch (JacksonException e) {
      throw new RunnerException("the model runner said something that is no event", e);
    }
  }

  private String await() {
    try {
      String line = events.poll(settings.silence().toMillis(), TimeUnit.MILLISECONDS);
      if (line == null) {
        close();
        throw new RunnerException(
            "the model runner gave no sign of life for %d ms and was ended"
                .formatted(settings.silence().toMillis()));
      }
      return line;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close();
      throw new RunnerException("interrupted while the models answered", e);
    }
  }

  private RunnerException ended() {
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    String how = process.isAlive() ? "closed its output" : "ended with code " + process.exitValue();
    return new RunnerException("the model runner " + how + lastWords());
  }

  private String lastWords() {
    try (Stream<String> lines = Files.lines(log(scratch))) {
      return lines
          .filter(line -> !line.isBlank())
          .reduce((_, last) -> last)
          .map(last -> "; its last line was: " + last)
          .orElse("");
    } catch (IOException | UncheckedIOException _) {
      return "";
    }
  }

  /** Ends the process and removes its scratch directory; a second call does nothing. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    delete(scratch);
  }

  private static void delete(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException | UncheckedIOException _) {
      // A temporary file that cannot be removed is the operating system's to clean up.
    }
  }
}
