package io.tiltmeter.evaluator.runner;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
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
public final class ModelRunner implements ScoringSource, AutoCloseable {
  private static final String END = "";
  private static final int WAITING_EVENTS = 1024;

  /** More than any answer needs: token ids, and a text of a few bytes each. */
  private static final int LONGEST_EVENT_BYTES = 16 << 20;

  private final RunnerProcess child;
  private final RunnerSettings settings;
  private final BlockingQueue<String> events = new ArrayBlockingQueue<>(WAITING_EVENTS);
  private final Writer requests;
  private final RuntimeFacts facts;
  private final boolean mayThink;
  private volatile boolean closed;
  private long roundEnd;

  private ModelRunner(RunnerProcess child, PairSource source, RunnerSettings settings) {
    this.child = child;
    this.settings = settings;
    this.requests = child.process().outputWriter(StandardCharsets.UTF_8);
    Thread.ofVirtual().name("model runner events").start(this::collectEvents);
    Wire.Ready ready = open(source);
    this.facts = facts(ready);
    this.mayThink = ready.mayThink();
  }

  /**
   * What the models run on.
   *
   * @param provider execution provider that was chosen
   * @param version version of ONNX Runtime
   * @param weights format of the weights, as on the command line
   * @param graph where the graphs come from: {@code built} here, {@code export}, or both
   * @param containment what holds the process, for people
   * @param isContained whether anything does
   */
  public record RuntimeFacts(
      String provider,
      String version,
      int threads,
      String weights,
      String graph,
      String containment,
      boolean isContained) {

    /** Whether numbers come about in the same way there; how it is contained does not matter. */
    public boolean computesLike(RuntimeFacts other) {
      return provider.equals(other.provider)
          && version.equals(other.version)
          && threads == other.threads
          && weights.equals(other.weights);
    }
  }

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
      case PairSource.TunedOnly(Path base, Path tuned) ->
          new PairSource.TunedOnly(realDirectory(base), realDirectory(tuned));
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
    try (BoundedLines lines =
        new BoundedLines(child.process().getInputStream(), LONGEST_EVENT_BYTES)) {
      for (String line = lines.next(); line != null; line = lines.next()) {
        if (!line.isEmpty()) {
          put(line);
        }
      }
    } catch (IOException _) {
      // Either the stream ended with the process, or nothing sensible will come from it any more.
    } finally {
      put(END);
    }
  }

  /** Waits for room, so that a child that talks without an end fills no memory here. */
  private void put(String line) {
    try {
      while (!closed && !events.offer(line, 1, TimeUnit.SECONDS)) {
        // Whoever asked is still busy with earlier answers.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Wire.Ready open(PairSource source) {
    send(Wire.Open.of(source, settings));
    Wire.Ready ready = next().ready();
    if (ready == null) {
      throw new RunnerException("the model runner did not say that it is ready");
    }
    return ready;
  }

  private RuntimeFacts facts(Wire.Ready ready) {
    return new RuntimeFacts(
        ready.provider(),
        ready.version(),
        ready.threads(),
        ready.weights(),
        ready.graph(),
        child.containment().description(),
        !child.containment().prefix().isEmpty());
  }

  /** What the models run on. */
  public RuntimeFacts runtime() {
    return facts;
  }

  /** Whether the chat template lets a model think before it answers. */
  public boolean mayThink() {
    return mayThink;
  }

  @Override
  public void answer(List<Ask> asks, int maxTokens, ScoreRequest scores, Consumer<Answer> sink) {
    if (asks.isEmpty()) {
      return;
    }
    Set<String> awaited = new HashSet<>();
    asks.forEach(ask -> awaited.add(key(ask.id(), ask.side().wireName())));
    send(new Wire.Generate(maxTokens, scores, asks.stream().map(Wire.Item::of).toList()));
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
    roundEnd = System.nanoTime() + settings.limits().round().toNanos();
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
      writing.get(settings.limits().silence().toMillis(), TimeUnit.MILLISECONDS);
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
            .formatted(settings.limits().silence().toMillis()));
  }

  private RunnerException overdue() {
    close();
    return new RunnerException(
        "the models had not answered after %d s and were ended; ask fewer tokens or allow more time"
            .formatted(settings.limits().round().toSeconds()));
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
      throw new RunnerException(
          "the model runner said something that is no event, and " + child.obituary(), e);
    }
  }

  private String await() {
    long left = roundEnd - System.nanoTime();
    try {
      String line =
          events.poll(Math.min(left, settings.limits().silence().toNanos()), TimeUnit.NANOSECONDS);
      if (line == null) {
        throw System.nanoTime() < roundEnd ? silent() : overdue();
      }
      return line;
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Ends the process and removes what it wrote; a second call does nothing. */
  @Override
  public void close() {
    closed = true;
    child.close();
  }
}
