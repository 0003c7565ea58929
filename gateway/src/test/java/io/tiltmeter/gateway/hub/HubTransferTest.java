package io.tiltmeter.gateway.hub;

import static io.tiltmeter.gateway.hub.FakeHub.COMMIT;
import static io.tiltmeter.gateway.hub.FakeHub.INFO;
import static io.tiltmeter.gateway.hub.FakeHub.RESOLVE;
import static io.tiltmeter.gateway.hub.FakeHub.STORE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.evaluator.vet.VettingLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubTransferTest extends FromAHub {
  private static final String SECRET = "hf_mostSecret";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401|it may be private or gated: set HF_TOKEN to a token that may read it",
        "403|it may be private or gated: set HF_TOKEN to a token that may read it",
        "404|check organisation, name and commit, or set HF_TOKEN if it is private",
        "400|expected a file or a redirect, check the address of the hub"
      })
  void fetch_thatTheHubRefuses_saysWhatToDo(int status, String remedy) {
    hub.behaviours.put(
        RESOLVE + "config.json", exchange -> FakeHub.text(exchange, status, "text/plain", "no"));

    failure()
        .hasMessage(
            "hf://org/name@%s: %s%sconfig.json answered %d; %s"
                .formatted(COMMIT, hub.address(), RESOLVE, status, remedy));
    assertThat(hub.paths()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({"12,in 12 s", "soon,later"})
  void fetch_thatTheHubPutsOff_saysUntilWhen(String after, String when) {
    hub.behaviours.put(
        INFO,
        exchange -> {
          exchange.getResponseHeaders().set("retry-after", after);
          FakeHub.text(exchange, 429, "text/plain", "no");
        });

    failure().hasMessageEndingWith("answered 429, too many requests; try again " + when);
    assertThat(hub.paths()).containsExactly(INFO);
  }

  @Test
  void fetch_withAToken_showsItToTheHubAndToNobodyElse() throws IOException {
    try (FakeHub store = FakeHub.start().large(WEIGHTS, hub.content(WEIGHTS))) {
      hub.behaviours.put(
          RESOLVE + WEIGHTS,
          exchange -> FakeHub.redirect(exchange, store.address() + STORE + WEIGHTS));
      HubToken token = new HubToken(SECRET);

      fetch(settings(token, Duration.ofSeconds(5)), VettingLimits.DEFAULT, (_, _) -> {});

      assertThat(hub.asked)
          .hasSize(3)
          .allSatisfy(asked -> assertThat(asked.authorization()).isEqualTo("Bearer " + SECRET));
      assertThat(store.asked)
          .singleElement()
          .satisfies(asked -> assertThat(asked.authorization()).isNull());
      assertWeightsAreRight();
    }
  }

  @Test
  void fetch_withATokenThatMayNot_saysSoWithoutShowingIt() {
    hub.behaviours.put(INFO, exchange -> FakeHub.text(exchange, 403, "text/plain", "no"));
    HubSettings settings = settings(new HubToken(SECRET), Duration.ofSeconds(5));

    assertThatThrownBy(() -> fetch(settings, VettingLimits.DEFAULT, (_, _) -> {}))
        .hasMessageEndingWith(
            "answered 403; it may be private or gated: the token in HF_TOKEN may not read it");
    assertThat(settings.toString()).doesNotContain(SECRET);
  }

  @Test
  void fetch_thatBreaksOff_goesOnWhereItWas() throws IOException {
    AtomicInteger tries = new AtomicInteger();
    hub.behaviours.put(
        STORE + WEIGHTS,
        exchange ->
            FakeHub.content(
                exchange,
                hub.content(WEIGHTS),
                tries.incrementAndGet() < 3 ? 100_000 : Integer.MAX_VALUE));

    fetch();

    assertWeightsAreRight();
    List<FakeHub.Asked> stored =
        hub.asked.stream().filter(asked -> asked.path().equals(STORE + WEIGHTS)).toList();
    assertThat(stored).hasSize(3);
    assertThat(stored.getFirst().range()).isNull();
    assertThat(stored.getLast().range()).matches("bytes=[1-9][0-9]*-");
    assertThat(stored.getLast().ifRange()).matches("\"[0-9a-f]{64}\"");
  }

  @Test
  void fetch_thatBreaksOffOfAFileThatChanged_startsAgain() throws IOException {
    AtomicInteger tries = new AtomicInteger();
    byte[] other = new byte[SIZE];
    hub.behaviours.put(
        STORE + WEIGHTS,
        exchange -> {
          boolean first = tries.incrementAndGet() == 1;
          FakeHub.content(exchange, first ? other : hub.content(WEIGHTS), first ? 100_000 : SIZE);
        });

    fetch();

    assertWeightsAreRight();
  }

  @Test
  void fetch_thatIsSentAnotherPart_startsAgain() throws IOException {
    AtomicInteger tries = new AtomicInteger();
    hub.behaviours.put(
        STORE + WEIGHTS,
        exchange -> {
          int tried = tries.incrementAndGet();
          if (tried == 2) {
            exchange.getResponseHeaders().set("content-range", "bytes 0-9/10");
            exchange.sendResponseHeaders(206, 10);
            exchange.getResponseBody().write(new byte[10]);
          } else {
            FakeHub.content(exchange, hub.content(WEIGHTS), tried == 1 ? 100_000 : SIZE);
          }
        });

    fetch();

    assertWeightsAreRight();
    assertThat(hub.asked.getLast().range()).isNull();
  }

  @Test
  void fetch_thatAlwaysBreaksOff_givesUp() {
    hub.behaviours.put(
        STORE + WEIGHTS, exchange -> FakeHub.content(exchange, hub.content(WEIGHTS), 0));

    failure()
        .hasMessageStartingWith(
            "model.safetensors: could not be fetched from %s in 3 tries: ".formatted(hub.address()))
        .hasMessageEndingWith("; check the address and the network")
        .message()
        .hasLineCount(1)
        .doesNotContain("signature");
  }

  @Test
  void fetch_ofAServerInTrouble_isTriedAgain() throws IOException {
    AtomicInteger tries = new AtomicInteger();
    hub.behaviours.put(
        INFO,
        exchange -> {
          if (tries.incrementAndGet() < 3) {
            FakeHub.text(exchange, 503, "text/plain", "wait");
          } else {
            hub.usual(exchange);
          }
        });

    fetch();

    assertWeightsAreRight();
  }

  @Test
  void fetch_thatStalls_isGivenUpAfterItsPatience() {
    hub.behaviours.put(
        STORE + WEIGHTS, exchange -> hub.stall(exchange, hub.content(WEIGHTS), 1000));
    HubSettings settings = settings(null, Duration.ofMillis(300));

    assertThatThrownBy(() -> fetch(settings, VettingLimits.DEFAULT, (_, _) -> {}))
        .hasMessageContaining("in 3 tries: nothing came for 0.3 s");
  }

  @Test
  void fetch_fromAServerThatSaysNothing_isGivenUpAfterItsPatience() {
    hub.behaviours.put(INFO, exchange -> hub.hold());
    HubSettings settings = settings(null, Duration.ofMillis(300));

    assertThatThrownBy(() -> fetch(settings, VettingLimits.DEFAULT, (_, _) -> {}))
        .hasMessageContaining("in 3 tries: request timed out");
  }

  @Test
  void fetch_fromNobody_saysThatNobodyAnswers() {
    hub.close();

    failure()
        .hasMessageStartingWith(
            "hf://org/name@%s: could not be fetched from %s in 3 tries: "
                .formatted(COMMIT, hub.address()));
  }

  @Test
  void fetch_ofOtherBytes_isRefused() {
    byte[] other = hub.content(WEIGHTS).clone();
    other[SIZE / 2] ^= 1;
    hub.replace(WEIGHTS, other);

    failure()
        .hasMessageStartingWith("model.safetensors: expected the bytes with digest ")
        .hasMessageEndingWith("; try again, or another hub");
  }

  @Test
  void fetch_ofOtherBytesOfASmallFile_isRefused() {
    hub.replace("config.json", "[]".getBytes(StandardCharsets.UTF_8));

    failure()
        .hasMessageStartingWith(
            "config.json: expected the bytes with digest 9e26dfeeb6e641a33dae4961196235bdb965b21b,");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void fetch_ofAnotherSize_isRefused(int size) {
    hub.replace("config.json", new byte[size]);

    failure()
        .hasMessage(
            "config.json: expected 2 bytes, as the hub lists it, got %d; try again, or another hub"
                .formatted(size));
  }

  @Test
  void fetch_ofMoreBytesThanListed_stopsThere() {
    hub.behaviours.put(
        RESOLVE + "config.json",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(new byte[1000]);
        });

    failure()
        .hasMessage(
            "config.json: expected 2 bytes, as the hub lists it, and more came; try again, or another hub");
    assertThat(folder.resolve("config.json")).isEmptyFile();
  }

  @Test
  void fetch_ofFewerBytesThanListed_isRefused() {
    hub.behaviours.put(
        RESOLVE + "config.json",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write('{');
        });

    failure().hasMessageContaining("in 3 tries: it ended after 1 of 2 bytes");
  }
}
