package io.tiltmeter.gateway.reference;

import io.tiltmeter.gateway.config.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the reference trainer running, a program of its own that knows the trainer API only.
 *
 * <p>It ends when its standard input closes, so that it does not outlive a gateway that was killed.
 */
public final class ReferenceTrainer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReferenceTrainer.class);
  private static final int PAUSE_SECONDS = 2;
  private static final int PATIENCE_SECONDS = 5;

  private final List<String> command;
  private final String key;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;
  private volatile @Nullable Process process;

  private ReferenceTrainer(List<String> command, String key) {
    this.command = List.copyOf(command);
    this.key = key;
    this.thread = Thread.ofPlatform().name("reference trainer").unstarted(this::keepRunning);
  }

  /**
   * Where it works, and for whom.
   *
   * @param gateway the trainer API's address
   * @param manifestKey the public key that manifests are signed with
   * @param work its folder
   */
  public record Place(URI gateway, Path manifestKey, Path work) {}

  /**
   * Starts it.
   *
   * @param key an API key for trainers; handed over in its environment, never on its command line
   */
  public static ReferenceTrainer start(Installation installation, Place place, String key) {
    ReferenceTrainer trainer = new ReferenceTrainer(command(installation, place), key);
    trainer.thread.start();
    return trainer;
  }

  private static List<String> command(Installation installation, Place place) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-XX:+UseSerialGC",
        "-cp",
        installation.trainerClassPath(),
        "io.tiltmeter.trainer.TrainerMain",
        "work",
        "--url",
        place.gateway().toString(),
        "--manifest-key",
        place.manifestKey().toString(),
        "--work",
        place.work().toString(),
        "--poll",
        "0.5",
        "--until-stdin-closes");
  }

  private void keepRunning() {
    try {
      do {
        int code = run();
        if (stop.getCount() > 0) {
          LOG.warn("the reference trainer ended with code {} and is started again", code);
        }
      } while (!stop.await(PAUSE_SECONDS, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException("the reference trainer could not be started", e);
    }
  }

  private int run() throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("TILTMETER_TRAINER_KEY", key);
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process started = builder.start();
    process = started;
    if (stop.getCount() == 0) {
      started.destroy();
    }
    return started.waitFor();
  }

  /** Ends it; a job that it has in hand goes to another trainer when its lease runs out. */
  @Override
  public void close() {
    stop.countDown();
    Process running = process;
    if (running != null) {
      running.destroy();
      try {
        if (!running.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          running.destroyForcibly();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
