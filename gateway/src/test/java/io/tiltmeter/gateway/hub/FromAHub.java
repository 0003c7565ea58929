package io.tiltmeter.gateway.hub;

import static io.tiltmeter.gateway.hub.FakeHub.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.evaluator.vet.VettingLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.assertj.core.api.AbstractThrowableAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A hub with a small model, and a folder to fetch it to. */
abstract class FromAHub {
  static final String WEIGHTS = "model.safetensors";
  static final int SIZE = 300_000;

  @TempDir Path folder;
  FakeHub hub;

  @BeforeEach
  void start() throws IOException {
    byte[] weights = new byte[SIZE];
    new Random(7).nextBytes(weights);
    hub =
        FakeHub.start()
            .large(WEIGHTS, weights)
            .file("config.json", "{}".getBytes(StandardCharsets.UTF_8));
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  HubSettings settings(@Nullable HubToken token, Duration patience) {
    return new HubSettings(hub.address(), token, patience, Duration.ZERO, 3);
  }

  HubResult fetch(HubSettings settings, VettingLimits limits, HubProgress progress) {
    try (Hub open = new Hub(settings, limits)) {
      return open.fetch(MODEL, folder, progress);
    }
  }

  HubResult fetch() {
    return fetch(settings(null, Duration.ofSeconds(5)), VettingLimits.DEFAULT, (_, _) -> {});
  }

  AbstractThrowableAssert<?, ? extends Throwable> failure() {
    return assertThatThrownBy(this::fetch).isInstanceOf(HubException.class);
  }

  void assertWeightsAreRight() throws IOException {
    assertThat(Files.readAllBytes(folder.resolve(WEIGHTS))).isEqualTo(hub.content(WEIGHTS));
  }
}
