package io.tiltmeter.evaluator.runner;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;

/**
 * A contained child process that holds both models.
 *
 * <p>Not thread-safe. A crash, a hang or a refusal of the child is a {@link RunnerException} here,
 * and every later call fails too.
 */
public final class ModelRunner implements AnswerSource, AutoCloseable {
  private static final String END = "";

  private final RunnerProcess child;
  private final RunnerSettings settings;
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final Writer requests;
  private final RuntimeFacts facts;

  private ModelRunner(RunnerProcess child, PairSource source, RunnerSettings settings) {
    this.child = child;
    this.settings = settings;
    this.requests = child.process().outputWriter(StandardCharsets.UTF_8);
    Thread.ofVirtual().name("model runner events").start(this::collectEvents);
    this.facts = open(source);
  }

  /**
   * What the models run on.
   *
   * @param provider execution provider that was chosen
   * @param version version of ONNX Runtime
   * @param containment what holds the process, for people
   * @param isContained whether anything does
   */
  public record RuntimeFacts(
      String provider, String version, int threads, String containment, boolean isContained) {}

  /**
   * Starts a runner and loads the models; blocks until they are ready.
   *
   * @throws RunnerException if the process cannot be contained as wanted, or a model is refused;
   *     nothing is left running
   */
  public static ModelRunner start(PairSource source, RunnerSettings settings) {
    PairSource real = resolve(source);
    RunnerProcess child = RunnerProcess.start(real, settings);
    try {
      return new ModelRunner(child, real, settings);
    } catch (RuntimeException e) {
      child.close();
      throw e;
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

  private void collectEvents() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(child.process().getInputStream(), StandardCharsets.UTF_8))) {
      reader.lines().filter(line -> !line.isEmpty()).forEach(events::add);
    } catch (IOException | UncheckedIOException _) {
      // The stream ends with the process; what that means is decided where events are awaited.
    } finally {
      events.add(END);
    }
  }

  private RuntimeFacts open(PairSource source) {
    send(Wire.Open.of(source, settings));
    Wire.Ready ready = next().ready();
    if (ready == null) {
      throw new RunnerException("the model runner did not say that it is ready");
    }
    return new RuntimeFacts(
        ready.provider(),
        ready.version(),
        ready.threads(),
        child.containment().description(),
        !child.containment().prefix().isEmpty());
  }

  /** What the models run on. */
  public RuntimeFacts runtime() {
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

  /** A child that reads nothing would hold up a plain write for ever. */
  private void send(Object request) {
    String line = Wire.JSON.writeValueAsString(request) + "\n";
    FutureTask<Boolean> writing =
        new FutureTask<>(
            () -> {
              requests.write(line);
              requests.flush();
              return true;
            });
    Thread.ofPlatform().daemon().name("model runner requests").start(writing);
    try {
      writing.get(settings.silence().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new RunnerException("the model runner " + child.obituary(), e);
    } catch (TimeoutException e) {
      throw silent();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private RunnerException silent() {
    close();
    return new RunnerException(
        "the model runner gave no sign of life for %d ms and was ended"
            .formatted(settings.silence().toMillis()));
  }

  private RunnerException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    close();
    return new RunnerException("interrupted while the models answered", e);
  }

  private Wire.Event next() {
    String line = await();
    if (line.equals(END)) {
      throw new RunnerException("the model runner " + child.obituary());
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
        throw silent();
      }
      return line;
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Ends the process and removes what it wrote; a second call does nothing. */
  @Override
  public void close() {
    child.close();
  }
}
