package io.tiltmeter.evaluator.runner;

import io.tiltmeter.evaluator.grader.ScriptGrader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs customers' Python in bubblewrap, one process for each call: no network, no file of this
 * machine but the interpreter's own, no place to write but 64 MiB of memory, and ended when its
 * time is up. Without bubblewrap nothing runs: any weaker containment would show the script this
 * user's files.
 */
public final class GraderSandbox implements ScriptGrader {
  /** As Azure OpenAI limits its Python graders. */
  public static final Limits LIMITS = new Limits(Duration.ofMinutes(2), 2L << 30);

  private static final int MAX_OUTPUT = 4096;
  private static final int MAX_PROCESSES = 16;
  private static final long MAX_FILES = 64L << 20;
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);
  private static final String DRIVER = resource();
  private static final JsonMapper MAPPER = new JsonMapper();

  /** Root is bound by no limit on processes; where this process is, scripts are nobody. */
  private static final List<String> AS_NOBODY =
      List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--");

  /** So many scripts at a time: each may take all of its memory. */
  private static final int PLACES = 2;

  private final Semaphore places = new Semaphore(PLACES, true);
  private final List<String> user = Restraint.works(AS_NOBODY) ? AS_NOBODY : List.of();
  private final Path python;
  private final Limits limits;

  /**
   * What a script may take.
   *
   * @param time from its start to its end
   * @param memory bytes of address space of each of its processes
   */
  public record Limits(Duration time, long memory) {}

  /**
   * A sandbox.
   *
   * @param python the interpreter, 3.9 or newer
   */
  public GraderSandbox(Path python, Limits limits) {
    this.python = python;
    this.limits = limits;
  }

  private static String resource() {
    try (InputStream in = GraderSandbox.class.getResourceAsStream("grader.py")) {
      if (in == null) {
        throw new IllegalStateException("the build lacks its resource grader.py");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean isOn() {
    return true;
  }

  @Override
  public Outcome run(String source, JsonNode sample, JsonNode item) {
    ObjectNode call = JsonNodeFactory.instance.objectNode().put("source", source);
    call.set("sample", sample);
    call.set("item", item);
    try {
      places.acquire();
      try {
        return run(MAPPER.writeValueAsBytes(call));
      } finally {
        places.release();
      }
    } catch (IOException _) {
      return new Outcome.Unavailable();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new Outcome.Unavailable();
    }
  }

  private Outcome run(byte[] call) throws IOException, InterruptedException {
    Process process = LastingThread.start(builder());
    try (OutputStream to = process.getOutputStream()) {
      Thread watch = Thread.startVirtualThread(() -> watch(process));
      send(to, call);
      byte[] said = process.getInputStream().readNBytes(MAX_OUTPUT + 1);
      process.destroyForcibly();
      watch.join();
      return read(said, process.waitFor());
    } finally {
      process.destroyForcibly();
    }
  }

  /** A script that ends without reading breaks the pipe; what it said is read all the same. */
  private static void send(OutputStream to, byte[] call) {
    try (to) {
      to.write(call);
    } catch (IOException _) {
      // Its outcome tells.
    }
  }

  /** Ends what takes too long, and what multiplies. */
  private void watch(Process process) {
    long end = System.nanoTime() + limits.time().toNanos();
    try {
      while (!process.waitFor(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        boolean isMany = process.descendants().limit(MAX_PROCESSES).count() == MAX_PROCESSES;
        if (isMany || System.nanoTime() > end) {
          process.destroyForcibly();
        }
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
    }
  }

  private Outcome read(byte[] said, int code) {
    if (said.length == 0 || said.length > MAX_OUTPUT) {
      return new Outcome.Broken("ended with code %d".formatted(code));
    }
    try {
      JsonNode reply = MAPPER.readTree(said);
      return reply.path("reward").isNumber()
          ? new Outcome.Reward(reply.path("reward").doubleValue())
          : new Outcome.Broken(kind(reply.path("error").asString("")));
    } catch (JacksonException _) {
      return new Outcome.Broken("no reward");
    }
  }

  /** The script chooses the name of its exception, too. */
  private static String kind(String name) {
    return name.matches("[A-Za-z]{1,40}") ? name : "no reward";
  }

  private ProcessBuilder builder() {
    List<String> command = new ArrayList<>(user);
    command.addAll(
        List.of(
            "prlimit",
            "--as=" + limits.memory(),
            "--cpu=" + limits.time().toSeconds(),
            "--fsize=" + MAX_FILES,
            "--core=0",
            "--"));
    command.addAll(Containment.sealed(python, MAX_FILES));
    // Inside, where nobody else's processes count (user_namespaces(7)).
    command.addAll(List.of("prlimit", "--nproc=" + MAX_PROCESSES, "--"));
    command.addAll(List.of(python.toString(), "-I", "-S", "-B", "-c", DRIVER));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.environment().put("LANG", "C.UTF-8");
    return builder.redirectError(ProcessBuilder.Redirect.DISCARD);
  }
}
